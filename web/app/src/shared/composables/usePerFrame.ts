// A value that follows its source at most once per frame: two hundred messages a second are drawn
// sixty times, not two hundred. A hidden tab has no frames; there a slow timer does it.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'

const HIDDEN_MS = 500

export function usePerFrame<T>(source: () => T): Readonly<Ref<T>> {
  const value = shallowRef(source()) as Ref<T>
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(source, schedule, { flush: 'sync' })
  onScopeDispose(cancel)

  function schedule() {
    if (timer !== undefined) return
    timer = setTimeout(follow, HIDDEN_MS)
    frame = requestAnimationFrame(follow)
  }

  function follow() {
    cancel()
    value.value = source()
  }

  function cancel() {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
  }

  return value
}
