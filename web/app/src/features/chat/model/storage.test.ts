import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ChatStorage, FRESH_MS, type Known, type Waiting } from './storage'

const storage = new ChatStorage('ann')
const known = (channel: string, more: Partial<Known> = {}): Known => ({
  channel,
  notify: 'all',
  read: null,
  at: 1,
  ...more,
})
const keep = (...all: Known[]) =>
  storage.keepConversations(new Map(all.map((one) => [one.channel, one])))
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
    keep(known('tea'))
    expect(storage.conversations()).toEqual([known('tea')])
    expect(new ChatStorage('bob').conversations()).toBeNull()
  })

  it('of two windows do not undo each other', () => {
    const other = new ChatStorage('ann')
    keep(known('tea', { leftAt: 5 }), known('lobby'))
    other.keepConversations(new Map([['lobby', { notify: 'none' }]]))
    const heard = new Map<string, Partial<Known>>([
      ['lobby', { at: 7 }],
      ['tea', { at: 8, leftAt: undefined }],
    ])
    storage.keepConversations(heard)
    expect(other.conversations()).toEqual([
      known('tea', { at: 8 }),
      known('lobby', { notify: 'none', at: 7 }),
    ])
  })

  it('that were left long ago are forgotten', () => {
    keep(known('tea'))
    for (let n = 0; n < 300; n++) keep(known(`r${n}`, { leftAt: n }))
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

it('takes nothing that the chat could not show', () => {
  const store = (what: string, value: unknown) =>
    localStorage.setItem(`parley.chat/${what}/ann/tea`, JSON.stringify(value))
  const { data, ...rest } = waiting('x')
  store('waiting', [
    { ...rest, data: { ...data, text: undefined } },
    { ...rest, data: { ...data, id: '' }, problem: { key: 'no such', values: {} } },
    { ...rest, data: { type: 'edit', id: 'x' } },
  ])
  expect(storage.waiting('tea')).toEqual([])
  store('draft', { text: 'hi', reply: { id: 'x' }, editing: 5, replaced: { text: 'old' } })
  expect(storage.draft('tea')).toEqual({
    text: 'hi',
    reply: { id: 'x', user: '', text: '' },
    editing: null,
    replaced: { text: 'old', reply: null },
  })
})

it('does without a storage', () => {
  const blocked = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked })
  keep(known('tea'))
  expect(storage.conversations()).toBeNull()
  vi.unstubAllGlobals()
})
