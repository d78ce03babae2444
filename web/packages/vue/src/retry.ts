// How long a plain line waits before its next attempt: a fixed time, or one that doubles and is drawn
// at random, so that a crowd that lost its server does not come back in the same moment.

/** `delay`: always the same. Otherwise drawn from 0 to base · 2^(n-1), never above max; 'none' waits all of it. */
export type RetryPlan = { delay: number } | { base: number; max: number; jitter?: 'full' | 'none' }

/** `attempts` in a row so far, at least 1. */
export function retryDelay(
  plan: RetryPlan,
  attempts: number,
  random: () => number = Math.random,
): number {
  if ('delay' in plan) return plan.delay
  const ceiling = Math.min(plan.max, plan.base * 2 ** (attempts - 1))
  return plan.jitter === 'none' ? ceiling : Math.round(random() * ceiling)
}
