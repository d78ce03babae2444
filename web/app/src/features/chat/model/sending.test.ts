// What one says and does, from the first letter to the server and back.
import { describe, expect, it, vi } from 'vitest'
import { OUTBOX_LIMIT } from './outbox'
import {
  aServerForEach,
  enter,
  inRoom,
  server,
  settle,
  shown,
  stopAll,
  tell,
  texts,
} from './testing/chatting'
import { refusal } from './testing/fakeServer'
import type { Conversation } from './types'

aServerForEach()

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
