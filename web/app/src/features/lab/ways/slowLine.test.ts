import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { slowLine } from './slowLine'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('keeps what passes back by its time, and in order', async () => {
  const line = slowLine(300)
  const arrived: number[] = []
  for (const n of [1, 2]) void line.pass().then(() => arrived.push(n))
  await vi.advanceTimersByTimeAsync(299)
  expect(arrived).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(arrived).toEqual([1, 2])
})

it('is no timer at all where it is not slower', async () => {
  await slowLine(0).pass()
  expect(vi.getTimerCount()).toBe(0)
})

it('delivers nothing once it has ended', async () => {
  const line = slowLine(300)
  const arrived = vi.fn()
  void line.pass().then(arrived)
  line.end()
  await vi.runAllTimersAsync()
  expect(arrived).not.toHaveBeenCalled()
})
