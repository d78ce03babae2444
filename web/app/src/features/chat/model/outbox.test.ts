import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FIRST_RETRY_MS, MAX_TRIES, Outbox, OUTBOX_LIMIT } from './outbox'
import type { MessageData } from './schema'
import { refusal } from './testing/fakeServer'

type Answer = { data: MessageData; ok(): void; refuse(error: unknown): void }

let asked: Answer[]
let taken: string[]
let outbox: Outbox

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  taken = []
  outbox = new Outbox({
    channel: 'tea',
    publish: (data) =>
      new Promise((ok, refuse) =>
        asked.push({ data: data as MessageData, ok: () => ok(0), refuse }),
      ),
    taken: ({ key }) => taken.push(key),
    changed: () => {},
  })
})

const say = (...keys: string[]) =>
  keys.forEach((key) => outbox.add(key, { type: 'message', id: key, text: key }))
const states = () => outbox.entries.map(({ key, state }) => `${key} ${state}`)
const tried = () => asked.map(({ data }) => data.id)
const tick = () => vi.advanceTimersByTimeAsync(0)
const timeout = refusal(1, 'timeout')

describe('without a line', () => {
  it('keeps what is said, and sends it in order when the line stands', async () => {
    say('a', 'b', 'c')
    expect(states()).toEqual(['a queued', 'b queued', 'c queued'])
    outbox.lineUp()
    expect(states()).toEqual(['a sending', 'b sending', 'c sending'])
    for (const index of [0, 1, 2]) {
      expect(tried()).toHaveLength(index + 1)
      asked[index]!.ok()
      await tick()
    }
    expect(tried()).toEqual(['a', 'b', 'c'])
    expect(taken).toEqual(['a', 'b', 'c'])
    expect(states()).toEqual([])
  })

  it('is bounded', () => {
    for (let n = 0; n < OUTBOX_LIMIT; n++) say(`m${n}`)
    expect(outbox.full).toBe(true)
    outbox.settle('m7')
    expect(outbox.full).toBe(false)
  })
})

describe('with a line', () => {
  beforeEach(() => outbox.lineUp())

  it('sends the same again when nobody answered in time, and fails after some tries', async () => {
    say('a', 'b')
    for (let n = 0; n < MAX_TRIES; n++) {
      asked[n]!.refuse(timeout)
      await tick()
    }
    expect(tried()).toEqual(Array(MAX_TRIES).fill('a'))
    expect(states()).toEqual(['a failed', 'b queued'])
    expect(outbox.entries[0]!.problem).toEqual({ key: 'unanswered', values: { tries: MAX_TRIES } })
  })

  it('takes what came back by the channel for an answer', async () => {
    say('a', 'b')
    expect(outbox.settle('a')?.key).toBe('a')
    expect(tried()).toEqual(['a', 'b'])
    asked[0]!.ok()
    await tick()
    expect(taken).toEqual([])
    expect(states()).toEqual(['b sending'])
  })

  it('holds later words back behind one that was refused', async () => {
    say('a', 'b')
    asked[0]!.refuse(refusal(103, 'permission denied'))
    await tick()
    say('c')
    expect(states()).toEqual(['a failed', 'b queued', 'c queued'])
    expect(outbox.entries[0]!.problem).toEqual({ key: 'notAllowed', values: {} })
    expect(tried()).toEqual(['a'])
    outbox.retry(({ key }) => key === 'a')
    expect(states()).toEqual(['a sending', 'b sending', 'c sending'])
    asked[1]!.ok()
    await tick()
    expect(tried()).toEqual(['a', 'a', 'b'])
  })

  it('goes on behind what was discarded', async () => {
    say('a', 'b')
    asked[0]!.refuse(refusal(103))
    await tick()
    outbox.discard(({ key }) => key === 'a')
    expect(tried()).toEqual(['a', 'b'])
    expect(states()).toEqual(['b sending'])
  })

  it('waits longer and longer for a fault that passes', async () => {
    say('a', 'b')
    asked[0]!.refuse(refusal(111, 'too many requests', true))
    await tick()
    expect(states()).toEqual(['a sending', 'b sending'])
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS - 1)
    expect(tried()).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(1)
    expect(tried()).toEqual(['a', 'a'])
    asked[1]!.refuse(refusal(111, '', true))
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS)
    expect(tried()).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS)
    expect(tried()).toEqual(['a', 'a', 'a'])
  })

  it('sends again what was on its way when the line broke, once it is told to', async () => {
    say('a', 'b')
    outbox.lineDown()
    asked[0]!.refuse(refusal(11, 'connection closed'))
    await tick()
    expect(states()).toEqual(['a queued', 'b queued'])
    expect(tried()).toEqual(['a'])
    outbox.lineUp()
    expect(tried()).toEqual(['a', 'a'])
  })

  it('does not send what was acknowledged at the last moment', async () => {
    say('a')
    outbox.lineDown()
    asked[0]!.ok()
    await tick()
    expect(states()).toEqual([])
    outbox.lineUp()
    expect(tried()).toEqual(['a'])
  })

  it('lets a new line count the tries anew', async () => {
    say('a')
    asked[0]!.refuse(timeout)
    await tick()
    outbox.lineDown()
    outbox.lineUp()
    expect(outbox.entries[0]!.tries).toBe(1)
  })

  it('changes the words of what did not go yet', () => {
    say('a', 'b')
    expect(outbox.reword('b', 'B')).toBe(true)
    expect(outbox.entries[1]!.data).toMatchObject({ id: 'b', text: 'B' })
    expect(outbox.reword('a', 'A')).toBe(false)
  })
})
