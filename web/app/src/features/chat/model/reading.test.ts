// What is unread, and the read markers that one’s windows share.
import { describe, expect, it, vi } from 'vitest'
import { watch } from 'vue'
import { QUIET_MS, TELL_MS, TOLD_AT_ONCE } from './inbox'
import {
  aServerForEach,
  enter,
  hide,
  inRoom,
  listed,
  said,
  sentTo,
  server,
  settle,
  shown,
  type Person,
} from './testing/chatting'

aServerForEach()

describe('what is unread', () => {
  it('is nothing in a room that one has just come into', async () => {
    said('tea', 'long ago')
    const ann = await inRoom(server, 'ann')
    expect(listed(ann, 'tea')!.unread).toBe(0)
    expect(shown(ann.talk)).toEqual(['[start]', 'bob: long ago'])
  })

  it('counts the words of others behind the marker, and calls to me', async () => {
    const ann = await inRoom(server, 'ann')
    ann.chat.open('lobby')
    const first = said('tea', 'hello')
    said('tea', 'hi @ann')
    said('tea', '@all lunch')
    said('tea', 'mine', 'ann')
    const { id } = first.data as { id: string }
    server.publish('tea', { type: 'reaction', id, emoji: '👍', on: true }, 'bob')
    await settle()
    expect(listed(ann, 'tea')).toMatchObject({ unread: 3, mentions: 2 })
    expect(ann.chat.unread.value).toBe(3)
    server.publish('tea', { type: 'delete', id }, 'bob')
    await settle()
    expect(listed(ann, 'tea')).toMatchObject({ unread: 2, mentions: 2 })
    ann.chat.setNotify('tea', 'mentions')
    await settle()
    expect(ann.chat.unread.value).toBe(2)
    expect(listed(ann, 'tea')!.notify).toBe('mentions')
  })

  it('is divided from the rest until the next visit', async () => {
    const ann = await inRoom(server, 'ann')
    said('tea', 'one')
    ann.talk.markRead()
    ann.chat.open('lobby')
    said('tea', 'two')
    said('tea', 'three')
    await settle()
    const talk = ann.chat.open('tea')
    await settle()
    const divided = ['[start]', 'bob: one', '[unread]', 'bob: two', 'bob: three']
    expect(shown(talk)).toEqual(divided)
    talk.markRead()
    said('tea', 'four')
    await settle()
    expect(shown(talk)).toEqual([...divided, 'bob: four'])
    talk.markRead()
    ann.chat.close()
    ann.chat.open('tea')
    await settle()
    expect(shown(talk)).not.toContain('[unread]')
  })

  it('is divided from the rest when the page was hidden', async () => {
    const ann = await inRoom(server, 'ann')
    said('tea', 'one')
    ann.talk.markRead()
    await settle()
    hide(true)
    said('tea', 'two')
    said('tea', 'three')
    await vi.advanceTimersByTimeAsync(600)
    hide(false)
    expect(shown(ann.talk)).toEqual(['[start]', 'bob: one', '[unread]', 'bob: two', 'bob: three'])
  })

  it('is nothing, not for a moment, for whoever reads along', async () => {
    const ann = await inRoom(server, 'ann')
    const seen = new Set<number>()
    watch(ann.chat.unread, (unread) => seen.add(unread), { flush: 'sync' })
    watch(ann.talk.rows, () => ann.talk.markRead())
    for (let n = 0; n < 100; n++) {
      said('tea', `${n}`)
      await vi.advanceTimersByTimeAsync(5)
    }
    expect([...seen]).toEqual([])
  })

  it('is known after a reload', async () => {
    const before = await inRoom(server, 'ann')
    said('tea', 'one')
    before.talk.markRead()
    await settle()
    before.chat.stop()
    said('tea', 'two')
    const after = enter(server, 'ann')
    await settle()
    expect(listed(after, 'tea')!.unread).toBe(1)
    expect(shown(after.chat.open('tea'))).toEqual(['[start]', 'bob: one', '[unread]', 'bob: two'])
  })

  it('is known after a reload of whoever came into a silent room', async () => {
    const before = await inRoom(server, 'ann')
    before.chat.open('lobby')
    await settle()
    said('tea', 'one')
    await settle()
    expect(listed(before, 'tea')!.unread).toBe(1)
    before.chat.stop()
    said('tea', 'two')
    const after = enter(server, 'ann')
    await settle()
    expect(listed(after, 'tea')!.unread).toBe(2)
    expect(shown(after.chat.open('tea'))).toEqual(['[start]', '[unread]', 'bob: one', 'bob: two'])
  })

  it('is everything of a stream that began anew', async () => {
    const ann = await inRoom(server, 'ann')
    said('tea', 'one')
    ann.talk.markRead()
    ann.chat.open('lobby')
    await settle()
    server.restart()
    said('tea', 'two')
    await settle()
    expect(listed(ann, 'tea')!.unread).toBe(1)
  })
})

describe('read markers', () => {
  const markers = (person: Person) => sentTo(person, 'inbox:#ann')

  it('are told when they stand still, and only if they moved', async () => {
    const ann = await inRoom(server, 'ann')
    for (const text of ['one', 'two', 'three']) {
      said('tea', text)
      ann.talk.markRead()
      await settle()
    }
    expect(markers(ann)).toEqual([])
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(markers(ann)).toMatchObject([{ type: 'read', channel: 'tea', offset: 3 }])
    ann.talk.markRead()
    await vi.advanceTimersByTimeAsync(TELL_MS)
    expect(markers(ann)).toHaveLength(1)
  })

  it('are told once a minute while they move all the time', async () => {
    const ann = await inRoom(server, 'ann')
    for (let ms = 0; ms < 1.5 * TELL_MS; ms += QUIET_MS / 2) {
      said('tea', `${ms}`)
      ann.talk.markRead()
      await vi.advanceTimersByTimeAsync(QUIET_MS / 2)
    }
    expect(markers(ann)).toHaveLength(1)
  })

  it('leave room for invitations, however long one reads', async () => {
    const ann = await inRoom(server, 'ann')
    for (let minute = 0; minute < 30; minute += 1 / 6) {
      said('tea', `${minute}`)
      ann.talk.markRead()
      await vi.advanceTimersByTimeAsync(10_000)
    }
    expect(markers(ann).length).toBeGreaterThan(30)
    expect(markers(ann).length).toBeLessThanOrEqual(30 + TOLD_AT_ONCE)
  })

  it('are told when the page is hidden, for the next device', async () => {
    const ann = await inRoom(server, 'ann')
    said('tea', 'one')
    ann.talk.markRead()
    hide(true)
    await settle()
    expect(markers(ann)).toMatchObject([{ offset: 1 }])
  })

  it('wait for the line', async () => {
    const ann = await inRoom(server, 'ann')
    said('tea', 'one')
    await settle()
    ann.wire.drop()
    ann.talk.markRead()
    await vi.advanceTimersByTimeAsync(TELL_MS)
    expect(markers(ann)).toEqual([])
    ann.wire.comeBack()
    await settle()
    expect(markers(ann)).toMatchObject([{ offset: 1 }])
  })

  it('are followed by one’s other windows, forwards only', async () => {
    const desk = await inRoom(server, 'ann')
    const phone = await inRoom(server, 'ann')
    phone.chat.open('lobby')
    said('tea', 'one')
    said('tea', 'two')
    await settle()
    expect(listed(phone, 'tea')!.unread).toBe(2)
    desk.talk.markRead()
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    await settle()
    expect(listed(phone, 'tea')!.unread).toBe(0)
    const { epoch } = server.stream('tea')
    server.publish('inbox:#ann', { type: 'read', channel: 'tea', epoch, offset: 1 }, 'ann')
    server.publish('inbox:#ann', { type: 'read', channel: 'tea', epoch: 'old', offset: 99 }, 'ann')
    await settle()
    expect(listed(phone, 'tea')!.unread).toBe(0)
  })

  it('of a device that this browser knows nothing of count, too', async () => {
    said('tea', 'one')
    said('tea', 'two')
    const { epoch } = server.stream('tea')
    server.publish('inbox:#ann', { type: 'read', channel: 'tea', epoch, offset: 1 }, 'ann')
    const { chat } = enter(server, 'ann')
    await settle()
    const talk = chat.open('tea')
    await settle()
    expect(talk.unread.value).toBe(1)
  })
})
