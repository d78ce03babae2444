import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { FakeRoom } from './testing/fakeRoom'
import { useFlow, type Flow } from './useFlow'
import { useLiveRoom } from './useLiveRoom'
import type { Screen } from './useScreen'

let room: FakeRoom
let scope: EffectScope
let flow: Flow
let source: ReturnType<typeof useLiveRoom>

vi.mock('@parley/vue', () => ({ useChannel: () => room.channel }))

beforeEach(() => {
  vi.useFakeTimers()
  room = new FakeRoom()
  scope = effectScope(true)
  const screen = { emit: vi.fn(), remove: vi.fn() } as unknown as Screen
  scope.run(() => {
    flow = useFlow()
    source = useLiveRoom('show', 'me', screen, flow)
  })
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
const texts = () => flow.comments.value.map(({ text }) => text)

it('lists what was missed in a gap between what was there and what came since', async () => {
  room.say('before')
  room.subscribe()
  await settle()
  room.say('live', true)
  await settle(500)
  room.say('missed')
  room.subscribe(true)
  room.say('since', true)
  await settle(500)
  expect(texts()).toEqual(['before', 'live', 'missed', 'since'])
})

it('lists what was missed also where the list is full', async () => {
  room.subscribe()
  await settle()
  for (let n = 0; n < 300; n++) room.say(`live ${n}`, true)
  await settle(500)
  expect(texts()).toHaveLength(200)
  room.say('missed')
  room.subscribe(true)
  await settle()
  expect(texts()).toHaveLength(200)
  expect(texts().at(-1)).toBe('missed')
})

it('asks for the history again after a refusal that passes', async () => {
  room.say('before')
  room.refusal = { code: 100, retryable: true }
  room.subscribe()
  await settle()
  expect(source.historyState.value).toBe('loading')
  room.refusal = null
  await settle(4000)
  expect(texts()).toEqual(['before'])
  expect(source.historyState.value).toBe('ready')
})

it('has none where it may not be read', async () => {
  room.refusal = { code: 103, retryable: false }
  room.subscribe()
  await settle(10_000)
  expect(source.historyState.value).toBe('none')
  expect(room.asked).toBe(1)
})
