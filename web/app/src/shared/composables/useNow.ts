// The time, ticking while the component lives: for countdowns and "how long since".
import { onScopeDispose, ref, type Ref } from 'vue'

export function useNow(intervalMs: number): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), intervalMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
