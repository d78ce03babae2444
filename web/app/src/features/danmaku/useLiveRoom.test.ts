import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { FakeRoom } from './testing/fakeRoom'
import { useFlow, type Flow } from './useFlow'
import { useLiveRoom } from './useLiveRoom'
import type { Screen } from './useScreen'

let room: FakeRoom
let scope: EffectScope
let flow: Flow
let flown: string[]
let source: ReturnType<typeof useLiveRoom>

vi.mock('@parley/vue', () => ({ useChannel: () => room.channel }))

beforeEach(() => {
  vi.useFakeTimers()
  room = new FakeRoom()
  scope = effectScope(true)
  flown = []
  const emit = ({ text }: { text: string }) => flown.push(text)
  const screen = { emit, remove: vi.fn() } as unknown as Screen
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

it('lists what is recovered after a return, and flies what comes then', async () => {
  room.subscribe()
  await settle()
  room.say('live', true)
  await settle(500)
  for (let n = 0; n < 100; n++) room.say(`missed ${n}`)
  room.recover(1)
  room.say('since', true)
  await settle(500)
  expect(flown).toEqual(['live', 'since'])
  expect(texts()).toHaveLength(102)
  expect(texts().slice(-2)).toEqual(['missed 99', 'since'])
})

it('has none where the room may not be entered', async () => {
  room.refuse({ code: 103, retryable: false })
  await settle()
  expect(source.historyState.value).toBe('none')
  expect(source.error.value).toMatchObject({ code: 103 })
})

it('takes back what was thrown away after it had been sent, and nothing else', async () => {
  const { publish } = room.channel
  const look = { mode: 'scroll', color: '#ffffff', size: 'medium' } as const
  source.compose('never sent', look).discard()
  expect(publish).not.toHaveBeenCalled()
  const late = source.compose('late', look)
  await late.send()
  late.discard()
  await settle()
  const [[sent], [deletion]] = vi.mocked(publish).mock.calls as [[{ id: string }], [object]]
  expect(deletion).toEqual({ type: 'delete', id: sent.id })
  expect(texts()).toEqual([])
})
