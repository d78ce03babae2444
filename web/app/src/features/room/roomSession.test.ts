import { beforeEach, describe, expect, it, vi } from 'vitest'
import { RETRY_MS } from '@/shared/api/plainSocket'
import { FakeSocket, FakeWebSocket } from '@/testing/fakeSocket'
import { createRoomSession, type RoomSession } from './roomSession'
import { REUNION_MS } from './reunion'
import type { MessageRow } from './timeline'
import { FORGET_MS, TELL_MS } from './useTyping'

let session: RoomSession

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeWebSocket)
  FakeSocket.all = []
  FakeSocket.alive = true
  session = createRoomSession('r', 'me')
  session.start()
  FakeSocket.last.welcome('me', ['me', 'lisi'])
})

const server = () => FakeSocket.last
const rows = () =>
  session.rows.value.map((row) =>
    row.kind === 'message' ? `${row.from} ${row.text} ${row.state}` : row.kind,
  )
const refOf = (index: number) => server().frames[index]!.ref as string

function echo(ref: string, data: string, from = 'me') {
  server().say({ type: 'message', id: 'm', room: 'r', from, time: Date.now(), data, ref })
}

function reconnect(users = ['me', 'lisi']) {
  vi.advanceTimersByTime(RETRY_MS)
  server().welcome('me', users)
}

describe('messages', () => {
  it('is sent by the echo, and the ack after it changes nothing', () => {
    session.say('hi')
    expect(rows()).toEqual(['me hi sending'])
    const { key } = session.rows.value[0]!
    echo(refOf(0), 'hi')
    server().say({ type: 'ack', ref: refOf(0), id: 'm', time: 1 })
    expect(rows()).toEqual(['me hi sent'])
    expect(session.rows.value[0]!.key).toBe(key)
  })

  it('is sent by the ack, and the echo after it changes nothing', () => {
    session.say('hi')
    server().say({ type: 'ack', ref: refOf(0), id: 'm', time: 1 })
    echo(refOf(0), 'hi')
    expect(rows()).toEqual(['me hi sent'])
  })

  it('keeps a direct message, which has no echo, after its ack', () => {
    session.say('psst', 'lisi')
    expect(server().frames[0]).toMatchObject({ to: 'lisi', data: 'psst' })
    server().say({ type: 'ack', ref: refOf(0), id: 'm', time: 1 })
    expect(session.rows.value[0]).toMatchObject({ to: 'lisi', state: 'sent', own: true })
  })

  it('stands below what the server has already ordered until it is confirmed', () => {
    session.say('mine')
    echo('other', 'theirs', 'lisi')
    expect(rows()).toEqual(['lisi theirs sent', 'me mine sending'])
  })

  it('fails with the words of the server', () => {
    session.say('hi')
    server().say({ type: 'error', code: 1, name: 'x', message: 'too fast', ref: refOf(0) })
    expect(session.rows.value[0]).toMatchObject({ failure: { words: 'too fast' } })
    session.discard((session.rows.value[0] as MessageRow).key)
    expect(rows()).toEqual([])
  })
})

describe('a lost line', () => {
  it('resends what was in flight and what was typed meanwhile: same refs, same order', () => {
    session.say('in flight')
    const ref = refOf(0)
    server().hangUp()
    session.say('meanwhile')
    expect(rows()).toEqual(['me in flight queued', 'me meanwhile queued'])
    reconnect()
    expect(server().frames.map((frame) => frame.data)).toEqual(['in flight', 'meanwhile'])
    expect(refOf(0)).toBe(ref)
  })

  it('waits with unsent words for those who lost the line too, for one retry at most', () => {
    const joined = (user: string) =>
      server().say({ type: 'joined', room: 'r', user, users: ['me', user], count: 2, time: 1 })
    server().hangUp()
    session.say('first')
    vi.advanceTimersByTime(RETRY_MS)
    server().welcome('me', ['me'])
    session.say('second')
    expect(rows()).toEqual(['gap', 'me first queued', 'me second queued'])
    joined('lisi')
    expect(server().frames.map((frame) => frame.data)).toEqual(['first', 'second'])

    server().hangUp()
    session.say('third')
    vi.advanceTimersByTime(RETRY_MS)
    server().welcome('me', ['me'])
    vi.advanceTimersByTime(REUNION_MS - 1)
    expect(server().frames).toEqual([])
    vi.advanceTimersByTime(1)
    expect(server().frames.map((frame) => frame.data)).toEqual(['first', 'second', 'third'])
  })

  it('is shown as a gap, once', () => {
    server().hangUp()
    vi.advanceTimersByTime(RETRY_MS)
    server().hangUp()
    reconnect()
    expect(rows()).toEqual(['gap'])
    expect(session.rows.value[0]).toMatchObject({ until: Date.now(), since: Date.now() - 8000 })
  })

  it('does not report those who were there before as newcomers', () => {
    const joined = (user: string) =>
      server().say({ type: 'joined', room: 'r', user, users: ['me', user], count: 2, time: 1 })
    server().hangUp()
    reconnect(['me'])
    joined('lisi')
    expect(rows()).toEqual(['gap'])
    joined('wangwu')
    expect(rows()).toEqual(['gap', 'presence'])
  })

  it('by a message too big fails that message and comes back', () => {
    session.say('small')
    session.say('very, very big')
    server().hangUp(1009)
    expect(rows()).toEqual(['me small queued', 'me very, very big failed'])
    reconnect()
    expect(server().frames.map((frame) => frame.data)).toEqual(['small'])
  })

  it('keeps unsent words when the room is left and entered again', () => {
    server().hangUp()
    session.say('later')
    session.stop()
    session.start()
    server().welcome('me', ['me', 'lisi'])
    expect(server().frames.map((frame) => frame.data)).toEqual(['later'])
  })
})

describe('who is here', () => {
  it('follows the lists of the server and tells of others only', () => {
    server().say({ type: 'joined', room: 'r', user: 'me', users: ['me'], count: 1, time: 1 })
    expect(rows()).toEqual([])
    server().say({ type: 'left', room: 'r', user: 'lisi', users: ['me'], count: 1, time: 1 })
    expect(session.people.value).toEqual(['me'])
    expect(rows()).toEqual(['presence'])
    session.refreshPeople()
    expect(server().frames).toEqual([{ type: 'who' }])
    server().say({ type: 'who', room: 'r', users: ['a'], count: 300, time: 1 })
    expect(session.count.value).toBe(300)
  })

  it('keeps its names true when the crowd is too big to be listed', () => {
    const crowd = { room: 'r', count: 300, time: 1 }
    server().say({ type: 'joined', user: 'wangwu', ...crowd })
    server().say({ type: 'left', user: 'lisi', ...crowd })
    expect(session.people.value).toEqual(['me', 'wangwu'])
    expect(session.count.value).toBe(300)
    server().say({ type: 'welcome', user: 'me', id: 'c', ...crowd })
    expect(server().frames).toEqual([{ type: 'who' }])
  })
})

describe('typing', () => {
  it('is told at most every two seconds', () => {
    session.touchTyping()
    session.touchTyping()
    vi.advanceTimersByTime(TELL_MS)
    session.touchTyping()
    expect(server().frames).toEqual([{ type: 'typing' }, { type: 'typing' }])
  })

  it('of others is shown until they speak, leave, or five seconds pass', () => {
    const typing = (from: string) => server().say({ type: 'typing', room: 'r', from, time: 1 })
    typing('me')
    expect(session.typists.value).toEqual([])
    typing('lisi')
    typing('lisi')
    expect(session.typists.value).toEqual(['lisi'])
    vi.advanceTimersByTime(FORGET_MS - 1)
    typing('lisi')
    vi.advanceTimersByTime(FORGET_MS - 1)
    expect(session.typists.value).toEqual(['lisi'])
    vi.advanceTimersByTime(1)
    expect(session.typists.value).toEqual([])
    typing('lisi')
    echo('x', 'done', 'lisi')
    expect(session.typists.value).toEqual([])
  })
})
