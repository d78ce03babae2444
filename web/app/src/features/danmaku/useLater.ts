// Runs `work` a little later, unless the scope ends before: for what was refused for the time being.
import { useTimeoutFn } from '@vueuse/core'

const RETRY_MS = 2000

export function useLater(work: () => void) {
  // Those who were refused together do not ask together.
  return useTimeoutFn(work, () => RETRY_MS * (1 + Math.random()), { immediate: false })
}
