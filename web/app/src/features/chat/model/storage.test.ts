import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ChatStorage, FRESH_MS, type Known, type Waiting } from './storage'

const storage = new ChatStorage('ann')
const known = (channel: string, more: Partial<Known> = {}): Known => ({
  channel,
  muted: false,
  read: null,
  at: 1,
  ...more,
})
const waiting = (key: string, at = Date.now()): Waiting => ({
  key,
  data: { type: 'message', id: key, text: key },
  at,
  problem: null,
})

beforeEach(() => localStorage.clear())

describe('conversations', () => {
  it('are none before the first visit', () => expect(storage.conversations()).toBeNull())

  it('are kept for each user', () => {
    storage.keepConversations([known('tea')])
    expect(storage.conversations()).toEqual([known('tea')])
    expect(new ChatStorage('bob').conversations()).toBeNull()
  })

  it('of two windows do not undo each other', () => {
    const other = new ChatStorage('ann')
    storage.keepConversations([known('tea'), known('lobby')])
    other.keepConversations([known('music')])
    storage.keepConversations([known('tea', { muted: true })])
    expect(other.conversations()).toEqual([
      known('tea', { muted: true }),
      known('lobby'),
      known('music'),
    ])
  })

  it('that were left long ago are forgotten', () => {
    storage.keepConversations([known('tea')])
    for (let n = 0; n < 300; n++) storage.keepConversations([known(`r${n}`, { leftAt: n })])
    const channels = storage.conversations()!.map(({ channel }) => channel)
    expect(channels).toHaveLength(201)
    expect(channels.slice(0, 2)).toEqual(['tea', 'r100'])
  })
})

describe('what waits', () => {
  it('of two windows does not undo each other', () => {
    storage.keepWaiting('tea', [waiting('a'), waiting('b')], new Set())
    storage.keepWaiting('tea', [waiting('c')], new Set())
    storage.keepWaiting('tea', [waiting('b')], new Set(['a', 'b']))
    const keys = () => storage.waiting('tea').map(({ key }) => key)
    expect(keys()).toEqual(['c', 'b'])
    storage.keepWaiting('tea', [], new Set(['b', 'c']))
    expect(keys()).toEqual([])
    expect(localStorage.length).toBe(0)
  })

  it('is asked about when it is old', () => {
    storage.keepWaiting('tea', [waiting('old', 0), waiting('new')], new Set())
    const [old, fresh] = storage.waiting('tea')
    expect(Date.now()).toBeGreaterThan(FRESH_MS)
    expect(old!.problem?.key).toBe('stale')
    expect(fresh!.problem).toBeNull()
  })
})

it('keeps a draft until it is empty', () => {
  const half = { text: 'half', reply: { id: 'm', user: 'bob', text: 'hi' } }
  const edit = { text: 'teh', reply: null, editing: 'mine', replaced: half }
  for (const draft of [{ ...half, editing: null }, edit]) {
    storage.keepDraft('tea', draft)
    expect(storage.draft('tea')).toEqual(draft)
  }
  storage.keepDraft('tea', { text: '', reply: null, editing: null })
  expect(localStorage.length).toBe(0)
})

it('reads rubbish as nothing', () => {
  for (const rubbish of ['{', '7', '[null,{"channel":5},{"key":"x","data":{}}]', '{"text":1}']) {
    for (const key of ['rooms', 'waiting', 'draft']) {
      const name = key === 'rooms' ? `parley.chat/${key}/ann` : `parley.chat/${key}/ann/tea`
      localStorage.setItem(name, rubbish)
    }
    expect(storage.conversations() ?? []).toEqual([])
    expect(storage.waiting('tea')).toEqual([])
    expect(storage.draft('tea').text).toBe('')
  }
})

it('does without a storage', () => {
  const blocked = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked })
  storage.keepConversations([known('tea')])
  expect(storage.conversations()).toBeNull()
  vi.unstubAllGlobals()
})
