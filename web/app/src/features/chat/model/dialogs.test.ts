// What goes between conversations: dialogs and invitations, typing, what was not seen.
import { describe, expect, it, vi } from 'vitest'
import { INVITED_MAX, JOINED_MAX } from './chat'
import {
  aServerForEach,
  enter,
  hide,
  inRoom,
  listed,
  said,
  says,
  sentTo,
  server,
  settle,
  shown,
  tell,
} from './testing/chatting'
import { refusal } from './testing/fakeServer'
import { FORGET_MS, TELL_MS as TYPING_MS } from './typing'

aServerForEach()

describe('a dialog', () => {
  it('invites the other one with the first words, and again when they were gone', async () => {
    const ann = await inRoom(server, 'ann', 'dm#ann,bob')
    const bob = enter(server, 'bob')
    await settle()
    ann.talk.send({ text: 'hi' })
    ann.talk.send({ text: 'are you there?' })
    await settle()
    expect(sentTo(ann, 'inbox:#bob')).toEqual([{ type: 'invite', channel: 'dm#ann,bob' }])
    expect(listed(bob, 'dm#ann,bob')).toMatchObject({
      kind: 'dialog',
      title: 'ann',
      unread: 2,
      last: { name: 'ann', text: 'are you there?' },
    })
    expect(shown(bob.chat.open('dm#ann,bob'))).toEqual([
      '[start]',
      '[unread]',
      'ann: hi',
      'ann: are you there?',
    ])
    await settle()
    ann.talk.send({ text: 'good' })
    await settle()
    expect(sentTo(ann, 'inbox:#bob')).toHaveLength(1)
    bob.chat.leave('dm#ann,bob')
    await settle()
    ann.talk.send({ text: 'hello?' })
    await settle()
    expect(sentTo(ann, 'inbox:#bob')).toHaveLength(2)
  })

  it('tells the other one of a message even when the page goes before its answer', async () => {
    const bob = enter(server, 'bob')
    const ann = await inRoom(server, 'ann', 'dm#ann,bob')
    ann.talk.send({ text: 'hi' })
    ann.chat.stop()
    ann.wire.drop()
    await inRoom(server, 'ann', 'dm#ann,bob')
    expect(listed(bob, 'dm#ann,bob')).toMatchObject({ unread: 1, last: { text: 'hi' } })
  })

  it('invites again after a refusal', async () => {
    server.refusals.set('publish inbox:#bob', refusal(100, '', true))
    const ann = await inRoom(server, 'ann', 'dm#ann,bob')
    ann.talk.send({ text: 'one' })
    await settle()
    server.refusals.clear()
    ann.talk.send({ text: 'two' })
    await settle()
    expect(sentTo(ann, 'inbox:#bob')).toHaveLength(2)
  })

  it('is found again after a reload, by the inbox or the browser', async () => {
    const ann = await inRoom(server, 'ann', 'dm#ann,bob')
    ann.talk.send({ text: 'hi' })
    await settle()
    const bob = enter(server, 'bob')
    await settle()
    expect(listed(bob, 'dm#ann,bob')?.unread).toBe(1)
    bob.chat.leave('dm#ann,bob')
    await settle()
    expect(listed(bob, 'dm#ann,bob')).toBeUndefined()
    bob.chat.stop()
    const again = enter(server, 'bob')
    await settle()
    expect(listed(again, 'dm#ann,bob')).toBeUndefined()
    vi.advanceTimersByTime(1000)
    server.publish('inbox:#bob', { type: 'invite', channel: 'dm#ann,bob' }, 'ann')
    await settle()
    expect(listed(again, 'dm#ann,bob')).toBeDefined()
  })

  it.each([-3_600_000, 3_600_000])(
    'is left until the next invitation, though the clock of the server differs by %i ms',
    async (ahead) => {
      server.ahead = ahead
      const bob = enter(server, 'bob')
      await settle()
      const invite = () =>
        server.publish('inbox:#bob', { type: 'invite', channel: 'dm#ann,bob' }, 'ann')
      invite()
      await settle()
      bob.chat.leave('dm#ann,bob')
      bob.chat.stop()
      vi.advanceTimersByTime(1000)
      const again = enter(server, 'bob')
      await settle()
      expect(listed(again, 'dm#ann,bob')).toBeUndefined()
      invite()
      await settle()
      expect(listed(again, 'dm#ann,bob')).toBeDefined()
    },
  )

  it('does not come by an invitation of somebody else', async () => {
    const bob = enter(server, 'bob')
    await settle()
    server.publish('inbox:#bob', { type: 'invite', channel: 'dm#ann,bob' }, 'eve')
    server.publish('inbox:#bob', { type: 'invite', channel: 'secret' }, 'eve')
    await settle()
    expect(bob.chat.conversations.value.map(({ channel }) => channel)).toEqual(['lobby'])
  })

  it('holds the direct messages of plain clients, which are kept nowhere', async () => {
    const ann = enter(server, 'ann')
    ann.wire.direct({ type: 'message', id: 'x1', from: 'carl', to: 'ann', time: 5, data: 'psst' })
    ann.wire.direct({ type: 'message', id: 'x2', from: 'carl', to: 'ann', time: 6, data: { a: 1 } })
    ann.wire.direct({ type: 'message', from: 7 })
    ann.wire.direct(null)
    await settle()
    expect(listed(ann, 'dm#ann,carl')).toMatchObject({ title: 'carl', unread: 2 })
    const talk = ann.chat.open('dm#ann,carl')
    expect(shown(talk)).toEqual(['[start]', '[unread]', 'carl: psst', 'carl: {"a":1}'])
    talk.markRead()
    await settle()
    expect(listed(ann, 'dm#ann,carl')!.unread).toBe(0)
  })

  it('knows whether the other one is there', async () => {
    const ann = await inRoom(server, 'ann', 'dm#ann,bob')
    expect(listed(ann, 'dm#ann,bob')!.online).toBe(false)
    await inRoom(server, 'bob', 'dm#ann,bob')
    const later = await inRoom(server, 'ann', 'dm#ann,bob')
    expect(listed(later, 'dm#ann,bob')!.online).toBe(true)
  })

  it('cannot be with a comma in a name', () => {
    const { chat } = enter(server, 'ann')
    expect(chat.dialogWith('bob')).toBe('dm#ann,bob')
    expect(chat.dialogWith('a,b')).toBeNull()
    expect(chat.dialogWith('ann')).toBeNull()
  })
})

describe('typing', () => {
  it('is told every three seconds while somebody writes, and again after a message', async () => {
    const ann = await inRoom(server, 'ann')
    const told = () => sentTo(ann, 'live:tea').length
    ann.talk.touchTyping()
    ann.talk.touchTyping()
    await settle()
    expect(told()).toBe(1)
    await vi.advanceTimersByTimeAsync(TYPING_MS)
    ann.talk.touchTyping()
    expect(told()).toBe(2)
    ann.talk.send({ text: 'done' })
    ann.talk.touchTyping()
    expect(told()).toBe(3)
  })

  it('is not told when the line is back', async () => {
    const ann = await inRoom(server, 'ann')
    ann.wire.drop()
    ann.talk.touchTyping()
    ann.wire.comeBack()
    await settle()
    expect(sentTo(ann, 'live:tea')).toEqual([])
  })

  it('is shown until it is over, or the message comes', async () => {
    server.placeless.add('live:tea')
    const ann = await inRoom(server, 'ann')
    const types = (user: string) => server.publish('live:tea', { type: 'typing' }, user)
    types('bob')
    types('eve')
    types('ann')
    expect(ann.talk.typists.value).toEqual(['bob', 'eve'])
    said('tea', 'hi')
    expect(ann.talk.typists.value).toEqual(['eve'])
    await vi.advanceTimersByTimeAsync(FORGET_MS)
    expect(ann.talk.typists.value).toEqual([])
    types('bob')
    ann.chat.open('lobby')
    expect(ann.talk.typists.value).toEqual([])
  })
})

describe('what was not seen', () => {
  it('is announced: elsewhere, or while the page is hidden', async () => {
    const ann = await inRoom(server, 'ann')
    const heard: string[] = []
    const stop = ann.chat.onUnseen(({ channel }, messages) =>
      heard.push(`${channel} ${messages.map(({ text }) => text).join()}`),
    )
    said('tea', 'seen')
    said('lobby', 'elsewhere')
    said('lobby', 'mine', 'ann')
    await settle()
    hide(true)
    said('tea', 'hidden')
    await settle()
    stop()
    said('tea', 'unheard')
    await settle()
    expect(heard).toEqual(['lobby elsewhere', 'tea hidden'])
  })

  it('is told once for all that comes at once, and after it was counted', async () => {
    const ann = await inRoom(server, 'ann')
    const heard: unknown[] = []
    ann.chat.onUnseen(({ unread }, messages) => heard.push([unread, messages.length]))
    hide(true)
    ann.wire.drop()
    tell(200)
    ann.wire.comeBack()
    await settle()
    expect(heard).toEqual([[200, 200]])
  })

  it('is not what the history held', async () => {
    said('lobby', 'old')
    const ann = enter(server, 'ann')
    const heard = vi.fn()
    ann.chat.onUnseen(heard)
    await settle()
    expect(heard).not.toHaveBeenCalled()
  })
})

it('lists the last words, or the names of the files without words', async () => {
  const ann = enter(server, 'ann')
  await settle()
  const files = [{ url: '/files/1', name: 'plan.pdf' }]
  server.publish('lobby', says('', { files }), 'bob')
  await settle()
  expect(listed(ann, 'lobby')!.last).toMatchObject({ name: 'bob', text: 'plan.pdf' })
})

it('leaves no room for the invitations of strangers, who push out one another', async () => {
  const ann = await inRoom(server, 'ann', 'dm#ann,bob')
  for (let n = 0; n < JOINED_MAX; n++) {
    vi.advanceTimersByTime(10)
    const channel = `dm#ann,s${String(n).padStart(3, '0')}`
    server.publish('inbox:#ann', { type: 'invite', channel }, channel.slice(7))
  }
  ann.chat.open('lobby')
  ann.wire.direct({
    type: 'message',
    id: 'x',
    from: 'zed',
    to: 'ann',
    time: Date.now(),
    data: 'hi',
  })
  await settle()
  const channels = ann.chat.conversations.value.map(({ channel }) => channel)
  expect(channels).toHaveLength(INVITED_MAX + 2)
  expect(channels).toEqual(expect.arrayContaining(['lobby', 'dm#ann,bob', 'dm#ann,zed']))
  expect(channels).not.toContain('dm#ann,s000')
  expect(channels).toContain('dm#ann,s049')
  ann.chat.stop()
  const again = enter(server, 'ann')
  await settle()
  expect(listed(again, 'lobby')).toBeDefined()
  expect(listed(again, 'dm#ann,bob')).toBeDefined()
})

it('is in a limited number of conversations, and leaves the quietest', async () => {
  const ann = enter(server, 'ann')
  for (let n = 0; n < JOINED_MAX + 2; n++) {
    vi.advanceTimersByTime(10)
    ann.chat.open(`room ${n}`)
  }
  await settle()
  const channels = ann.chat.conversations.value.map(({ channel }) => channel)
  expect(channels).toHaveLength(JOINED_MAX)
  expect(channels).not.toContain('lobby')
  expect(channels).not.toContain('room 0')
  expect(channels).toContain(`room ${JOINED_MAX + 1}`)
})
