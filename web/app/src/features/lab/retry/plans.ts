// The ways to wait that the lesson compares.
import type { RetryPlan } from '@parley/vue'

export type PlanName = 'fixed' | 'doubling' | 'jittered'

export const plans: Record<PlanName, RetryPlan> = {
  fixed: { delay: 4000 },
  doubling: { base: 1000, max: 8000, jitter: 'none' },
  jittered: { base: 1000, max: 8000 },
}
