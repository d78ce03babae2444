// A value that follows its source at most once per frame: two hundred messages a second are drawn
// sixty times, not two hundred.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { perFrame } from '@/shared/lib/perFrame'

export function usePerFrame<T>(source: () => T): Readonly<Ref<T>> {
  const value = shallowRef(source()) as Ref<T>
  const following = perFrame(() => (value.value = source()))
  watch(source, following.soon, { flush: 'sync' })
  onScopeDispose(following.cancel)
  return value
}
