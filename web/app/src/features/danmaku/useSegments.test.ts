import type { ParleyError } from '@parley/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { FakeRoom } from './testing/fakeRoom'
import { useSegments, type Segments } from './useSegments'

let room: FakeRoom
let scope: EffectScope
let segments: Segments
let taken: unknown[]

vi.mock('@parley/vue', () => ({ useParley: () => ({}), useChannel: () => room.channel }))

beforeEach(() => {
  vi.useFakeTimers()
  room = new FakeRoom()
  scope = effectScope(true)
  taken = []
  segments = scope.run(() =>
    useSegments('show', (_, publications) => taken.push(...publications.map(({ data }) => data))),
  )!
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
const passing: Partial<ParleyError> = { code: 111, retryable: true }

it('loads a segment to its end, however small the pages are', async () => {
  for (let n = 1; n <= 7; n++) room.say(n)
  room.page = 3
  segments.keep([0])
  room.subscribe()
  await settle()
  expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(segments.state.value).toBe('ready')
  expect(room.asked).toBe(3)
})

it('asks again after a refusal that passes', async () => {
  room.say(1)
  room.refusal = passing
  segments.keep([0])
  room.subscribe()
  await settle()
  expect(segments.state.value).toBe('loading')
  room.refusal = null
  await settle(4000)
  expect(taken).toEqual([1])
  expect(segments.state.value).toBe('ready')
  expect(segments.error.value).toBe(null)
})

it('does not ask again after one that stays, nor for a segment that was left', async () => {
  room.refusal = { code: 103, retryable: false }
  segments.keep([0])
  room.subscribe()
  await settle(10_000)
  expect(segments.state.value).toBe('none')
  expect(room.asked).toBe(1)
  room.refusal = passing
  segments.keep([1])
  room.subscribe(true)
  await settle()
  const { asked } = room
  segments.keep([])
  await settle(10_000)
  expect(room.asked).toBe(asked)
})

it('reads nothing twice when the film comes back to a segment', async () => {
  for (let n = 1; n <= 3; n++) room.say(n)
  const enter = async () => {
    segments.keep([0])
    room.subscribe()
    await settle()
  }
  await enter()
  segments.keep([])
  room.say(4)
  await enter()
  expect(taken).toEqual([1, 2, 3, 4])
  expect(room.read).toBe(4)

  // Another stream under the same name is read from its beginning.
  segments.keep([])
  room.epoch = 'f'
  room.said = []
  room.say(5)
  await enter()
  expect(taken).toEqual([1, 2, 3, 4, 5])
  expect(segments.state.value).toBe('ready')
})

it('has none where a segment may not be entered', async () => {
  segments.keep([0])
  room.refuse({ code: 103, retryable: false })
  await settle()
  expect(segments.state.value).toBe('none')
  expect(segments.error.value).toMatchObject({ code: 103 })
})
