import { expect, it } from 'vitest'
import { plans } from '../retry/plans'
import { seeded, simulateHerd, type Herd } from './herd'
import { addSample, summarize } from './stats'

it('sums up measurements; p95 is one of them', () => {
  expect(summarize([])).toBeNull()
  expect(summarize([4])).toEqual({ min: 4, avg: 4, p95: 4 })
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(summarize(hundred)).toEqual({ min: 1, avg: 50.5, p95: 95 })
})

it('keeps the newest thousand', () => {
  let samples: number[] = []
  for (let n = 0; n < 1005; n++) samples = addSample(samples, n)
  expect([samples.length, samples[0], samples.at(-1)]).toEqual([1000, 5, 1004])
})

const herd: Herd = { clients: 200, awayMs: 10_000, capacity: 25, binMs: 250 }
const run = (name: keyof typeof plans, seed = 7) =>
  simulateHerd(herd, plans[name], 40_000, seeded(seed))

it('brings everybody back at once with a fixed wait', () => {
  const { bins, peak } = run('fixed')
  expect(peak).toBe(200)
  expect(bins.flatMap((count, bin) => (count > 100 ? [bin] : [])).slice(0, 3)).toEqual([16, 32, 48])
})

it('spreads the crowd with jitter, and has it back sooner', () => {
  const jittered = run('jittered')
  expect(jittered.peak).toBeLessThan(120)
  expect(jittered.bins.slice(40).every((count) => count <= 30)).toBe(true)
  expect(jittered.allBackMs).toBeLessThan(20_000)
  expect(run('fixed').allBackMs, 'eight rounds do not fit').toBeNull()
  expect(run('doubling').peak).toBe(200)
})

it('counts each attempt once: all who are greeted, and all who were turned away', () => {
  const { bins, attempts } = run('jittered')
  expect(bins.reduce((sum, count) => sum + count, 0)).toBe(attempts)
  expect(attempts).toBeGreaterThanOrEqual(herd.clients)
})

it('plays the same for the same seed', () => {
  expect(run('jittered', 3)).toEqual(run('jittered', 3))
  expect(run('jittered', 3)).not.toEqual(run('jittered', 4))
})
