// The time, ticking with the screen while somebody looks: for what moves. Stands still while inactive.
import { onScopeDispose, ref, watch, type Ref } from 'vue'

export function useFrameClock(active: () => boolean): Ref<number> {
  const now = ref(Date.now())
  let frame = 0
  const tick = () => {
    now.value = Date.now()
    frame = requestAnimationFrame(tick)
  }
  watch(
    active,
    (isActive) => {
      cancelAnimationFrame(frame)
      if (isActive) tick()
    },
    { immediate: true },
  )
  onScopeDispose(() => cancelAnimationFrame(frame))
  return now
}
