import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeSocket, FakeWebSocket } from '@/testing/fakeSocket'
import { CONNECT_MS, EVENTS_KEPT, HEARTBEAT_MS, PlainSocket, RETRY_MS } from './plainSocket'

let socket: PlainSocket

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  FakeSocket.alive = false
  socket = new PlainSocket('ws://host/echo', FakeWebSocket)
})

const state = () => socket.status.state

function connect() {
  socket.start()
  FakeSocket.last.welcome()
}

describe('states', () => {
  it('goes idle, connecting, connected on the welcome, idle again', () => {
    const seen: string[] = [state()]
    socket.on('status', (status) => seen.at(-1) !== status.state && seen.push(status.state))
    connect()
    socket.stop()
    expect(seen).toEqual(['idle', 'connecting', 'connected', 'idle'])
    expect(FakeSocket.last.closed).toBe(true)
  })

  it('sends only while connected and says so', () => {
    socket.start()
    expect(socket.send({ type: 'who' })).toBe(false)
    FakeSocket.last.welcome()
    expect(socket.send({ type: 'who' })).toBe(true)
    expect(FakeSocket.last.frames).toEqual([{ type: 'who' }])
  })

  it('hands known frames on and ignores rubbish', () => {
    const frames: unknown[] = []
    socket.on('frame', (frame) => frames.push(frame.type))
    connect()
    FakeSocket.last.say('{nonsense')
    FakeSocket.last.say('null')
    FakeSocket.last.say({ type: 'from_the_future' })
    FakeSocket.last.say({ type: 'who', users: [], count: 0 })
    expect(frames).toEqual(['welcome', 'who'])
  })

  it('does not hear a socket that it has given up', () => {
    connect()
    const old = FakeSocket.last
    socket.drop()
    old.say({ type: 'welcome' })
    old.hangUp(1008)
    expect(state()).toBe('waiting')
  })
})

describe('retry', () => {
  it('tries every four seconds until it succeeds and counts the attempts', () => {
    connect()
    FakeSocket.last.hangUp()
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(state()).toBe('waiting')
      expect(socket.status.retryAt).toBe(Date.now() + RETRY_MS)
      vi.advanceTimersByTime(RETRY_MS - 1)
      expect(FakeSocket.all).toHaveLength(attempt)
      vi.advanceTimersByTime(1)
      expect(socket.status).toMatchObject({ state: 'connecting', attempt })
      if (attempt < 5) FakeSocket.last.hangUp()
    }
    FakeSocket.last.welcome()
    expect(socket.status).toMatchObject({ state: 'connected', attempt: 0 })
  })

  it('gives up an attempt that is never answered', () => {
    socket.start()
    vi.advanceTimersByTime(CONNECT_MS)
    expect(state()).toBe('waiting')
    expect(FakeSocket.last.closed).toBe(true)
    expect(socket.events.at(-1)).toMatchObject({ kind: 'lost', loss: 'unanswered' })
  })

  it('wakes at once when the network is back, and leaves no second timer', () => {
    connect()
    FakeSocket.last.hangUp()
    socket.wake()
    expect(state()).toBe('connecting')
    vi.advanceTimersByTime(RETRY_MS)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it.each([1001, 1006, 1009, 1011, 1013, 4001, 4100])('comes back after %i', (code) => {
    connect()
    FakeSocket.last.hangUp(code)
    expect(state()).toBe('waiting')
  })

  it.each([1000, 1002, 1003, 1007, 1008, 4000, 4099])('is closed for good by %i', (code) => {
    connect()
    FakeSocket.last.hangUp(code, 'why')
    expect(socket.status).toMatchObject({ state: 'closed', code, reason: 'why', retryAt: null })
    socket.wake()
    vi.advanceTimersByTime(10 * RETRY_MS)
    expect(FakeSocket.all).toHaveLength(1)
    socket.start()
    expect(state()).toBe('connecting')
  })

  it('treats a dropped line like a lost one', () => {
    connect()
    socket.drop()
    expect(state()).toBe('waiting')
    expect(socket.events.at(-1)).toMatchObject({ kind: 'lost', loss: 'dropped' })
    vi.advanceTimersByTime(RETRY_MS)
    expect(state()).toBe('connecting')
  })

  it('stops trying when stopped', () => {
    connect()
    FakeSocket.last.hangUp()
    socket.stop()
    vi.advanceTimersByTime(10 * RETRY_MS)
    expect(FakeSocket.all).toHaveLength(1)
  })
})

describe('heartbeat', () => {
  it('measures the round trip and beats every three seconds', () => {
    connect()
    expect(FakeSocket.last.pings).toBe(1)
    vi.advanceTimersByTime(25)
    FakeSocket.last.say('pong')
    expect(socket.status.rttMs).toBe(25)
    vi.advanceTimersByTime(HEARTBEAT_MS)
    expect(FakeSocket.last.pings).toBe(2)
  })

  it('takes three silent seconds for a dead line', () => {
    connect()
    vi.advanceTimersByTime(HEARTBEAT_MS - 1)
    expect(state()).toBe('connected')
    vi.advanceTimersByTime(1)
    expect(socket.status).toMatchObject({ state: 'waiting', rttMs: null })
    expect(socket.events.at(-1)).toMatchObject({ kind: 'lost', loss: 'silent' })
    expect(FakeSocket.last.closed).toBe(true)
  })

  it('stays up as long as it is answered', () => {
    connect()
    for (let beat = 0; beat < 20; beat++) {
      FakeSocket.last.say('pong')
      vi.advanceTimersByTime(HEARTBEAT_MS)
    }
    expect(state()).toBe('connected')
    expect(FakeSocket.all).toHaveLength(1)
  })

  it('checks at once when woken', () => {
    connect()
    FakeSocket.last.say('pong')
    socket.wake()
    socket.wake()
    expect(FakeSocket.last.pings).toBe(2)
  })
})

it('remembers the last events only', () => {
  connect()
  for (let n = 0; n < EVENTS_KEPT; n++) {
    FakeSocket.last.hangUp()
    vi.advanceTimersByTime(RETRY_MS)
  }
  expect(socket.events).toHaveLength(EVENTS_KEPT)
  expect(socket.events.at(-1)).toMatchObject({ kind: 'connecting' })
})
