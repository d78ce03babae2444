import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KEPT_AWAY } from './conversation'
import { FILL_PAGES, PAGE } from './history'
import { OUTBOX_LIMIT } from './outbox'
import { enter, inRoom, says, settle, shown, stopAll } from './testing/chatting'
import { FakeServer, refusal } from './testing/fakeServer'
import type { Conversation } from './types'

let server: FakeServer

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 4, 3, 12) })
  localStorage.clear()
  server = new FakeServer()
})

afterEach(() => {
  stopAll()
  vi.useRealTimers()
})

const texts = (talk: Conversation) =>
  talk.rows.value.flatMap((row) => (row.kind === 'message' ? row.message.text : []))

function tell(count: number, user = 'bob', from = 1) {
  for (let n = from; n < from + count; n++) server.publish('tea', says(`${n}`), user)
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`)

describe('two people in a room', () => {
  it('see each other’s words once, in one order', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    expect(ann.talk.send({ text: 'hi' })).toBeNull()
    expect(shown(ann.talk)).toEqual(['[start]'])
    await settle()
    bob.talk.send({ text: 'hello' })
    await settle()
    const words = ['[start]', 'ann: hi', 'bob: hello']
    expect(shown(ann.talk)).toEqual(words)
    expect(shown(bob.talk)).toEqual(words)
    expect(ann.talk.people.value).toEqual(['ann', 'bob'])
    expect(bob.talk.people.value).toEqual(['ann', 'bob'])
  })

  it('keep the row of a message from its first letter on', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    wire.drop()
    talk.send({ text: 'hi' })
    await settle()
    const key = talk.rows.value.at(-1)!.key
    expect(shown(talk)).toEqual(['[start]', 'ann: hi (queued)'])
    wire.comeBack()
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: hi'])
    expect(talk.rows.value.at(-1)!.key).toBe(key)
  })

  it('hear plain clients and back ends', async () => {
    const { talk } = await inRoom(server, 'ann')
    server.publish('tea', 'from a bare WebSocket', 'carl')
    server.publish('tea', says('order 17', { name: 'Shop' }), null)
    server.publish('tea', { type: 'comment', id: 'c', text: '666' }, 'bob')
    await settle()
    const said = ['carl: from a bare WebSocket', 'Shop: order 17', 'bob: 666']
    expect(shown(talk).slice(1)).toEqual(said)
  })
})

describe('the history', () => {
  it('comes by pages, each below the other, while others go on', async () => {
    tell(120)
    const { talk, wire } = await inRoom(server, 'ann')
    expect(texts(talk)).toEqual(numbers(71, 120))
    expect(talk.hasOlder.value).toBe(true)
    expect(talk.prepended.value).toBe(0)
    wire.of('tea').held = []
    const older = talk.loadOlder()
    expect(talk.loadingOlder.value).toBe(true)
    void talk.loadOlder()
    tell(3, 'bob', 121)
    await settle()
    wire.of('tea').held!.forEach((go) => go())
    wire.of('tea').held = null
    await older
    expect(texts(talk)).toEqual(numbers(21, 123))
    expect(talk.prepended.value).toBe(1)
    expect(talk.loadingOlder.value).toBe(false)
    await talk.loadOlder()
    await settle()
    expect(shown(talk)[0]).toBe('[start]')
    expect(texts(talk)).toEqual(numbers(1, 123))
    expect(talk.hasOlder.value).toBe(false)
    const asked = wire.of('tea').asked.length
    await talk.loadOlder()
    expect(wire.of('tea').asked).toHaveLength(asked)
  })

  it('has no hole when more than a page arrives before the first one is answered', async () => {
    tell(30)
    const { chat, wire } = enter(server, 'ann')
    const talk = chat.open('tea')
    wire.of('tea').held = []
    await settle()
    tell(PAGE + 20, 'bob', 31)
    wire.of('tea').held!.forEach((go) => go())
    wire.of('tea').held = null
    await settle()
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 100))
  })

  it('says where the server keeps no more', async () => {
    server.historySize = 10
    tell(30)
    const { talk } = await inRoom(server, 'ann')
    expect(shown(talk)[0]).toBe('[older is gone]')
    expect(texts(talk)).toEqual(numbers(21, 30))
  })

  it('may be forbidden', async () => {
    server.placeless.add('tea')
    const { talk } = await inRoom(server, 'ann')
    talk.send({ text: 'hi' })
    await settle()
    expect(shown(talk)).toEqual(['[older is gone]', 'ann: hi'])
  })

  it('is asked for again after a fault that passes', async () => {
    tell(3)
    const { chat } = enter(server, 'ann')
    const talk = chat.open('tea')
    server.refusals.set('history tea', refusal(100, 'overloaded', true))
    await settle()
    expect(talk.state.value).toBe('loading')
    tell(1, 'bob', 4)
    server.refusals.clear()
    await vi.advanceTimersByTimeAsync(2100)
    expect(talk.state.value).toBe('ready')
    expect(texts(talk)).toEqual(['1', '2', '3', '4'])
  })
})

describe('after a lost line', () => {
  it('goes on where everything was recovered', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    tell(3)
    wire.drop()
    tell(4, 'bob', 4)
    wire.comeBack()
    await settle()
    expect(shown(talk)).toEqual(['[start]', ...numbers(1, 7).map((n) => `bob: ${n}`)])
  })

  it('closes a gap that the history can close', async () => {
    server.recoverable = 10
    const { talk, wire } = await inRoom(server, 'ann')
    tell(3)
    wire.drop()
    tell(300, 'bob', 4)
    wire.comeBack()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 303))
    expect(shown(talk)).not.toContain('[gap]')
  })

  it('shows a gap that is too long, and fills it as the reader asks', async () => {
    server.recoverable = 10
    server.historySize = 5000
    const { talk, wire } = await inRoom(server, 'ann')
    tell(1)
    wire.drop()
    tell(50 + 100 * FILL_PAGES + 20, 'bob', 2)
    wire.comeBack()
    await settle()
    expect(shown(talk).slice(0, 4)).toEqual(['[start]', 'bob: 1', '[gap]', 'bob: 22'])
    expect(talk.hasOlder.value).toBe(true)
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 1071))
  })

  it('says honestly what is lost with a restarted server', async () => {
    const { talk } = await inRoom(server, 'ann')
    tell(2)
    await settle()
    server.restart()
    tell(1, 'bob', 3)
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'bob: 1', 'bob: 2', '[gap]', 'bob: 3'])
  })

  it('sends only what did not come back, once and in order', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.talk.send({ text: 'one' })
    await settle()
    // The server takes "two", and its answer is lost; "three" and "four" are said without a line.
    ann.wire.deaf = true
    ann.talk.send({ text: 'two' })
    await settle()
    ann.wire.drop()
    server.publish('tea', ann.wire.published.at(-1)!.data, 'ann')
    ann.talk.send({ text: 'three' })
    ann.talk.send({ text: 'four' })
    await settle()
    expect(shown(ann.talk).slice(2)).toEqual([
      'ann: two (queued)',
      'ann: three (queued)',
      'ann: four (queued)',
    ])
    ann.wire.deaf = false
    ann.wire.published.length = 0
    ann.wire.comeBack()
    await settle()
    const words = ['[start]', 'ann: one', 'ann: two', 'ann: three', 'ann: four']
    expect(shown(ann.talk)).toEqual(words)
    expect(shown(bob.talk)).toEqual(words)
    const again = ann.wire.published.map(({ data }) => (data as { text: string }).text)
    expect(again).toEqual(['three', 'four'])
  })

  it('has everybody see it once though it was sent twice', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.wire.deaf = true
    ann.talk.send({ text: 'hi' })
    await settle()
    ann.wire.drop()
    server.publish('tea', ann.wire.published.at(-1)!.data, 'ann')
    ann.wire.deaf = false
    // Everything is lost but what Bob has seen.
    server.restart()
    ann.wire.comeBack()
    await settle()
    expect(server.stream('tea').offset).toBe(1)
    expect(texts(bob.talk)).toEqual(['hi'])
    expect(texts(ann.talk)).toEqual(['hi'])
  })
})

describe('a reload', () => {
  it('in the middle of sending sends once, whether it had arrived', async () => {
    const bob = await inRoom(server, 'bob')
    const before = await inRoom(server, 'ann')
    before.wire.deaf = true
    before.talk.send({ text: 'arrived' })
    await settle()
    server.publish('tea', before.wire.published.at(-1)!.data, 'ann')
    before.wire.drop()
    before.chat.stop()
    const after = await inRoom(server, 'ann')
    expect(texts(after.talk)).toEqual(['arrived'])
    expect(texts(bob.talk)).toEqual(['arrived'])
    expect(after.wire.published).toEqual([])
  })

  it('or not', async () => {
    const bob = await inRoom(server, 'bob')
    const before = await inRoom(server, 'ann')
    before.wire.deaf = true
    before.talk.send({ text: 'lost' })
    before.talk.send({ text: 'never left' })
    await settle()
    before.wire.drop()
    before.chat.stop()
    const after = await inRoom(server, 'ann')
    expect(texts(bob.talk)).toEqual(['lost', 'never left'])
    expect(shown(after.talk)).toEqual(['[start]', 'ann: lost', 'ann: never left'])
    stopAll()
    const { wire } = await inRoom(server, 'ann')
    expect(wire.published).toEqual([])
  })

  it('after a long time asks first', async () => {
    const before = await inRoom(server, 'ann')
    before.wire.drop()
    before.talk.send({ text: 'yesterday' })
    before.chat.stop()
    vi.setSystemTime(Date.now() + 24 * 3_600_000)
    const { talk } = await inRoom(server, 'ann')
    expect(shown(talk)).toEqual(['[start]', 'ann: yesterday (failed)'])
    const message = talk.rows.value.at(-1)
    expect(message).toMatchObject({ message: { problem: { key: 'stale' } } })
    talk.retryAll()
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: yesterday'])
  })

  it('finds the draft, and the rooms', async () => {
    const before = await inRoom(server, 'ann')
    before.talk.draft.value.text = 'half a'
    before.talk.draft.value = { ...before.talk.draft.value, text: 'half a word' }
    before.chat.stop()
    const { chat } = enter(server, 'ann')
    expect(chat.conversations.value.map(({ channel, draft }) => [channel, draft])).toEqual([
      ['lobby', ''],
      ['tea', 'half a word'],
    ])
  })
})

describe('what is refused', () => {
  it('fails with its reason; what comes later waits', async () => {
    server.refusals.set('publish tea', refusal(103, 'permission denied'))
    const { talk } = await inRoom(server, 'ann')
    talk.send({ text: 'one' })
    talk.send({ text: 'two' })
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: one (failed)', 'ann: two (queued)'])
    expect([talk.failed.value, talk.waiting.value]).toEqual([1, 1])
    server.refusals.clear()
    talk.retryAll()
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: one', 'ann: two'])
    expect([talk.failed.value, talk.waiting.value]).toEqual([0, 0])
  })

  it('can be discarded, alone or with what waits behind it', async () => {
    server.refusals.set('publish tea', refusal(103))
    const { talk } = await inRoom(server, 'ann')
    for (const text of ['one', 'two', 'three']) talk.send({ text })
    await settle()
    const first = talk.rows.value.find((row) => row.kind === 'message')!
    if (first.kind === 'message') talk.discard(first.message.id)
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: two (failed)', 'ann: three (queued)'])
    talk.discardAll()
    await settle()
    expect(shown(talk)).toEqual(['[start]'])
  })

  it('is said before it is taken: too long, too big, too many', async () => {
    const { chat, wire } = enter(server, 'ann', 4000)
    const talk = chat.open('tea')
    wire.drop()
    expect(talk.send({ text: 'x'.repeat(8001) })).toEqual({ key: 'tooLong', values: { max: 8000 } })
    expect(talk.send({ text: '中'.repeat(2000) })).toEqual({ key: 'tooBig', values: { max: 4000 } })
    for (let n = 0; n < OUTBOX_LIMIT; n++) expect(talk.send({ text: 'x' })).toBeNull()
    expect(talk.send({ text: 'x' })).toMatchObject({ key: 'queueFull' })
  })

  it('is a room, with its reason, until it lets us in', async () => {
    server.refusals.set('subscribe tea', refusal(103))
    const { talk, chat } = await inRoom(server, 'ann')
    expect(talk.state.value).toBe('refused')
    expect(talk.problem.value).toEqual({ key: 'noEntry', values: {} })
    server.refusals.clear()
    chat.open('tea')
    await settle()
    expect(talk.state.value).toBe('ready')
    expect(talk.problem.value).toBeNull()
  })
})

describe('one’s own messages', () => {
  const only = (talk: Conversation) =>
    talk.rows.value.find((row) => row.kind === 'message')!.message

  it('are edited and taken back, shown at once', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.talk.send({ text: 'helo' })
    await settle()
    ann.wire.drop()
    expect(ann.talk.edit(only(ann.talk).id, 'hello')).toBeNull()
    await settle()
    expect(only(ann.talk)).toMatchObject({ text: 'hello', edited: true, state: 'queued' })
    expect(only(bob.talk)).toMatchObject({ text: 'helo', edited: false })
    ann.wire.comeBack()
    await settle()
    for (const { talk } of [ann, bob]) {
      expect(only(talk)).toMatchObject({ text: 'hello', edited: true, state: 'sent' })
    }
    ann.talk.remove(only(ann.talk).id)
    await settle()
    expect(only(bob.talk)).toMatchObject({ deleted: true, text: '' })
  })

  it('are not those of others', async () => {
    const { talk } = await inRoom(server, 'ann')
    tell(1)
    await settle()
    expect(talk.edit(only(talk).id, 'x')).toMatchObject({ key: 'notYours' })
    expect(talk.edit('nothing', 'x')).toMatchObject({ key: 'notYours' })
  })

  it('show an edit that was refused, to try again or give up', async () => {
    const { talk } = await inRoom(server, 'ann')
    talk.send({ text: 'one' })
    await settle()
    const { id } = only(talk)
    server.refusals.set('publish tea', refusal(103))
    talk.edit(id, 'two')
    await settle()
    expect(only(talk)).toMatchObject({
      text: 'two',
      state: 'failed',
      problem: { key: 'notAllowed' },
    })
    talk.discard(id)
    await settle()
    expect(only(talk)).toMatchObject({ text: 'one', state: 'sent', edited: false })
  })

  it('that did not leave yet are changed where they wait', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    wire.drop()
    talk.send({ text: 'one' })
    talk.send({ text: 'two' })
    await settle()
    talk.edit(only(talk).id, 'uno')
    await settle()
    expect(shown(talk).slice(1)).toEqual(['ann: uno (queued)', 'ann: two (queued)'])
    talk.remove(only(talk).id)
    wire.comeBack()
    await settle()
    expect(shown(talk).slice(1)).toEqual(['ann: two'])
    expect(server.stream('tea').offset).toBe(1)
  })
})

describe('reactions', () => {
  it('go on and off, at once', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.talk.send({ text: 'hi' })
    await settle()
    const row = bob.talk.rows.value.at(-1)!
    const id = row.kind === 'message' ? row.message.id : ''
    bob.talk.react(id, '👍')
    await settle()
    expect(ann.talk.message(id)!.reactions).toEqual([{ emoji: '👍', users: ['bob'], mine: false }])
    bob.wire.drop()
    bob.talk.react(id, '👍')
    expect(bob.talk.message(id)!.reactions).toEqual([])
    bob.talk.react(id, '👍')
    expect(bob.talk.message(id)!.reactions).toHaveLength(1)
    bob.wire.comeBack()
    await settle()
    expect(server.stream('tea').offset).toBe(2)
    bob.talk.react(id, '👍')
    await settle()
    expect(ann.talk.message(id)!.reactions).toEqual([])
  })

  it('that are refused are gone again, and hold up nothing', async () => {
    const { talk } = await inRoom(server, 'ann')
    tell(1)
    await settle()
    const row = talk.rows.value.at(-1)!
    const id = row.kind === 'message' ? row.message.id : ''
    server.refusals.set('publish tea', refusal(103))
    talk.react(id, '👍')
    await settle()
    expect(talk.message(id)!.reactions).toEqual([])
    expect(talk.failed.value).toBe(0)
  })
})

describe('what nobody looks at', () => {
  it('is kept short, and can be read back', async () => {
    const { chat } = enter(server, 'ann')
    chat.open('tea')
    chat.open('lobby')
    await settle()
    tell(KEPT_AWAY * 2)
    await settle()
    const talk = chat.open('tea')
    await settle()
    expect(texts(talk)).toEqual(numbers(KEPT_AWAY + 1, KEPT_AWAY * 2))
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(KEPT_AWAY - PAGE + 1, KEPT_AWAY * 2))
  })
})

it('draws a frame once, however much arrives in it', async () => {
  const { talk } = await inRoom(server, 'ann')
  const before = talk.rows.value
  tell(200)
  expect(talk.rows.value).toBe(before)
  await settle()
  expect(texts(talk)).toHaveLength(200)
})

it('searches what is loaded', async () => {
  const { talk } = await inRoom(server, 'ann')
  for (const text of ['Café au lait', 'the CAFE', '北京天气很好', 'tea']) {
    server.publish('tea', says(text), 'bob')
  }
  await settle()
  const found = (words: string) => talk.search(words).map(({ text }) => text)
  expect(found('cafe')).toEqual(['the CAFE', 'Café au lait'])
  expect(found('LAIT café')).toEqual(['Café au lait'])
  expect(found('天气')).toEqual(['北京天气很好'])
  expect(found(' ')).toEqual([])
})
