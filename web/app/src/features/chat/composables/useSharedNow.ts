// The time in steps of half a minute, one clock for all "5 min ago" of the page.
import { createSharedComposable } from '@vueuse/core'
import { useNow } from '@/shared/composables/useNow'

const STEP_MS = 30_000
export const useSharedNow = createSharedComposable(() => useNow(STEP_MS))
