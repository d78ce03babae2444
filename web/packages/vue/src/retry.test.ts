import { expect, it } from 'vitest'
import { retryDelay } from './retry'

it('waits the same each time with a fixed delay', () => {
  expect([1, 2, 9].map((attempts) => retryDelay({ delay: 4000 }, attempts))).toEqual([
    4000, 4000, 4000,
  ])
})

it('doubles up to the limit without jitter', () => {
  const plan = { base: 500, max: 3000, jitter: 'none' } as const
  expect([1, 2, 3, 4, 50].map((attempts) => retryDelay(plan, attempts))).toEqual([
    500, 1000, 2000, 3000, 3000,
  ])
})

it('is drawn between nothing and the limit with full jitter', () => {
  const plan = { base: 500, max: 20_000 }
  expect(retryDelay(plan, 3, () => 0)).toBe(0)
  expect(retryDelay(plan, 3, () => 0.5)).toBe(1000)
  expect(retryDelay(plan, 3, () => 1)).toBe(2000)
  expect(retryDelay(plan, 30, () => 1)).toBe(20_000)
})
