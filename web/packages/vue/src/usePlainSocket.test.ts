// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { FakeSocket, FakeWebSocket } from './testing/fakeSocket'
import { EVENTS_KEPT } from './line'
import { STEADY_MS, type Wire } from './plainSocket'
import { usePlainSocket, type PlainSocketOptions, type UsePlainSocket } from './usePlainSocket'

const BEAT_MS = 3000
const RETRY_MS = 4000

type TextOptions = PlainSocketOptions<string, Wire> & { format?: 'text' }

let line: UsePlainSocket<string, Wire>
let scope: ReturnType<typeof effectScope>

function use(options: TextOptions = {}) {
  scope = effectScope(true)
  line = scope.run(() =>
    usePlainSocket('ws://host/echo', { websocket: FakeWebSocket, ...options }),
  )!
  return line
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
})

afterEach(() => scope.stop())

const state = () => line.status.value.state
const sent = () => FakeSocket.last.sent.filter((data) => data !== 'ping')
const pings = () => FakeSocket.last.sent.filter((data) => data === 'ping').length

function connect() {
  FakeSocket.last.open()
}

describe('states', () => {
  it('starts with its scope, is up with the open socket, and ends with the scope', () => {
    use()
    expect(state()).toBe('connecting')
    connect()
    expect(state()).toBe('connected')
    scope.stop()
    expect(state()).toBe('idle')
    expect(FakeSocket.last.closedWith).toBeTruthy()
  })

  it('waits for `start` when it is not immediate', () => {
    use({ immediate: false })
    expect(FakeSocket.all).toHaveLength(0)
    line.start()
    line.start()
    expect(FakeSocket.all).toHaveLength(1)
  })

  it('is up with the welcome where there is one', () => {
    const heard: unknown[] = []
    use({ isWelcome: (message) => message === 'welcome' })
    line.onMessage((message) => heard.push([message, state()]))
    connect()
    FakeSocket.last.say('early')
    expect(state()).toBe('connecting')
    FakeSocket.last.say('welcome')
    expect(heard).toEqual([
      ['early', 'connecting'],
      ['welcome', 'connected'],
    ])
  })

  it('shows the last message and tells each, until its listener is removed', () => {
    const heard: string[] = []
    use()
    const off = line.onMessage((message) => heard.push(message))
    connect()
    FakeSocket.last.say('one')
    FakeSocket.last.say('two')
    off()
    FakeSocket.last.say('three')
    expect(heard).toEqual(['one', 'two'])
    expect(line.data.value).toBe('three')
  })

  it('reads the address anew at each attempt', () => {
    const since = ref('a-1')
    scope = effectScope(true)
    line = scope.run(() =>
      usePlainSocket(() => `ws://host/room/tea?since=${since.value}`, { websocket: FakeWebSocket }),
    )!
    connect()
    since.value = 'a-7'
    line.drop()
    line.retry()
    expect(FakeSocket.all.map(({ url }) => url.split('=')[1])).toEqual(['a-1', 'a-7'])
  })

  it('takes an address relative to the page', () => {
    scope = effectScope(true)
    line = scope.run(() => usePlainSocket('/echo', { websocket: FakeWebSocket }))!
    expect(FakeSocket.last.url).toBe(new URL('/echo', location.href).href.replace('http', 'ws'))
  })

  it('is closed for good by an address that no browser opens', () => {
    use({
      websocket: class {
        constructor() {
          throw new SyntaxError('bad address')
        }
      } as unknown as typeof WebSocket,
    })
    expect(line.status.value).toMatchObject({ state: 'closed', retryable: false })
    expect(line.status.value.reason).toContain('bad address')
  })
})

describe('retry', () => {
  it('tries every four seconds until it succeeds, and counts the attempts', () => {
    use()
    connect()
    FakeSocket.last.hangUp()
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(line.status.value).toMatchObject({ state: 'waiting', retryAt: Date.now() + RETRY_MS })
      vi.advanceTimersByTime(RETRY_MS - 1)
      expect(FakeSocket.all).toHaveLength(attempt)
      vi.advanceTimersByTime(1)
      expect(line.status.value).toMatchObject({ state: 'connecting', attempt })
      if (attempt < 5) FakeSocket.last.hangUp()
    }
    connect()
    expect(line.status.value).toMatchObject({ state: 'connected', attempt: 0, code: null })
  })

  it('draws the wait below a doubling limit', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    use({ retry: { base: 100, max: 350, jitter: 'full' } })
    const waits = [1, 2, 3, 4].map(() => {
      FakeSocket.last.hangUp()
      const wait = line.status.value.retryAt! - Date.now()
      vi.advanceTimersByTime(wait)
      return wait
    })
    expect(waits).toEqual([100, 200, 350, 350])
  })

  it('waits longer each time a server takes it and turns it away, until it has stood a while', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    use({ retry: { base: 100, max: 1000 }, heartbeat: false })
    const turnAway = (after: number) => {
      connect()
      vi.advanceTimersByTime(after)
      FakeSocket.last.hangUp(1013)
      const wait = line.status.value.retryAt! - Date.now()
      vi.advanceTimersByTime(wait)
      return wait
    }
    expect([0, 0, STEADY_MS - 1, STEADY_MS, 0].map(turnAway)).toEqual([100, 200, 400, 100, 200])
    connect()
    line.drop()
    expect(line.status.value.retryAt! - Date.now()).toBe(100)
  })

  it('never tries again where it shall not', () => {
    use({ retry: false })
    FakeSocket.last.hangUp()
    expect(line.status.value).toMatchObject({ state: 'closed', code: 1006, retryable: false })
  })

  it('gives up no attempt that may take for ever', () => {
    use({ connectTimeout: Infinity })
    vi.advanceTimersByTime(60_000)
    expect(state()).toBe('connecting')
  })

  it('gives up an attempt that is never answered', () => {
    use()
    vi.advanceTimersByTime(8000)
    expect(state()).toBe('waiting')
    expect(FakeSocket.last.closedWith).toBeTruthy()
    expect(line.events.value.at(-1)).toMatchObject({ kind: 'lost', loss: 'unanswered' })
  })

  it.each([1001, 1006, 1011, 1012, 1013, 4001, 4004, 4005, 4100, 3000])('follows %i', (code) => {
    use()
    FakeSocket.last.hangUp(code)
    expect(state()).toBe('waiting')
  })

  it.each([1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 4000, 4002, 4003, 3500, 4500])(
    'does not follow %i',
    (code) => {
      use()
      FakeSocket.last.hangUp(code, 'why')
      expect(line.status.value).toMatchObject({
        state: 'closed',
        code,
        reason: 'why',
        retryAt: null,
      })
      vi.advanceTimersByTime(10 * RETRY_MS)
      expect(FakeSocket.all).toHaveLength(1)
      line.retry()
      expect(state()).toBe('connecting')
    },
  )

  it('wakes at once when the network is back, and leaves no second timer', () => {
    use()
    connect()
    FakeSocket.last.hangUp()
    window.dispatchEvent(new Event('online'))
    expect(state()).toBe('connecting')
    vi.advanceTimersByTime(RETRY_MS)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('does not hear a socket that it has given up', () => {
    use()
    connect()
    const old = FakeSocket.last
    line.drop()
    expect(line.events.value.at(-1)).toMatchObject({ kind: 'lost', loss: 'dropped' })
    old.say('late')
    old.hangUp(1008)
    expect(state()).toBe('waiting')
    expect(line.data.value).toBe(null)
  })

  it('stops trying when stopped, and listens to the page no more', () => {
    use()
    connect()
    FakeSocket.last.hangUp()
    line.stop()
    window.dispatchEvent(new Event('online'))
    vi.advanceTimersByTime(10 * RETRY_MS)
    expect(FakeSocket.all).toHaveLength(1)
    expect(state()).toBe('idle')
  })

  it('closes with the code that it is given', () => {
    use()
    connect()
    line.stop(4321, 'lesson')
    expect(FakeSocket.last.closedWith).toEqual({ code: 4321, reason: 'lesson' })
  })

  it.each([
    ['InvalidAccessError', 1001, 'a code that no page may send'],
    ['SyntaxError', 4000, 'too long '.repeat(20)],
  ])('stays as it is when told to close as no WebSocket can: %s', (name, code, reason) => {
    use()
    connect()
    expect(() => line.stop(code, reason)).toThrow(expect.objectContaining({ name }))
    expect(state()).toBe('connected')
    FakeSocket.last.say('still heard')
    expect(line.data.value).toBe('still heard')
    line.stop()
    expect(state()).toBe('idle')
  })

  it('remembers the last events only', () => {
    use()
    for (let n = 0; n < EVENTS_KEPT; n++) {
      FakeSocket.last.hangUp()
      line.retry()
    }
    expect(line.events.value).toHaveLength(EVENTS_KEPT)
    expect(line.events.value.at(-1)).toMatchObject({ kind: 'connecting', attempt: 21 })
  })
})

describe('heartbeat', () => {
  it('measures the round trip, beats every three seconds, and hands no answer on', () => {
    use()
    connect()
    expect(pings()).toBe(1)
    vi.advanceTimersByTime(25)
    FakeSocket.last.say('pong')
    expect(line.status.value.rttMs).toBe(25)
    expect(line.data.value).toBe(null)
    vi.advanceTimersByTime(BEAT_MS)
    expect(pings()).toBe(2)
  })

  it('takes three silent seconds for a dead line', () => {
    use()
    connect()
    vi.advanceTimersByTime(BEAT_MS - 1)
    expect(state()).toBe('connected')
    vi.advanceTimersByTime(1)
    expect(line.status.value).toMatchObject({ state: 'waiting', rttMs: null })
    expect(line.events.value.at(-1)).toMatchObject({ kind: 'lost', loss: 'silent' })
    expect(FakeSocket.last.closedWith).toBeTruthy()
  })

  it('forgives a late answer to a line that speaks, and takes its silence for an end', () => {
    use()
    connect()
    for (let n = 0; n < 5; n++) {
      vi.advanceTimersByTime(BEAT_MS - 1)
      FakeSocket.last.say(`page ${n} of a long history`)
    }
    expect(state()).toBe('connected')
    expect(pings()).toBe(1)
    FakeSocket.last.say('pong')
    expect(line.status.value.rttMs).toBe(5 * (BEAT_MS - 1))
    vi.advanceTimersByTime(BEAT_MS)
    FakeSocket.last.say('the last of it')
    vi.advanceTimersByTime(BEAT_MS)
    expect(line.events.value.at(-1)).toMatchObject({ kind: 'lost', loss: 'silent' })
  })

  it('stays up as long as it is answered', () => {
    use()
    connect()
    for (let beat = 0; beat < 20; beat++) {
      FakeSocket.last.say('pong')
      vi.advanceTimersByTime(BEAT_MS)
    }
    expect(state()).toBe('connected')
    expect(FakeSocket.all).toHaveLength(1)
  })

  it('checks at once when asked, or when the page is looked at, one ping at a time', () => {
    use()
    connect()
    FakeSocket.last.say('pong')
    line.check()
    document.dispatchEvent(new Event('visibilitychange'))
    expect(pings()).toBe(2)
  })

  it('can be other words, or none', () => {
    use({ heartbeat: { interval: 10, timeout: 20, ping: '2', pong: '3' } })
    connect()
    FakeSocket.last.say('3')
    vi.advanceTimersByTime(10)
    expect(FakeSocket.last.sent).toEqual(['2', '2'])
    expect(line.data.value).toBe(null)
    scope.stop()

    use({ heartbeat: false })
    connect()
    vi.advanceTimersByTime(60_000)
    FakeSocket.last.say('pong')
    expect(FakeSocket.last.sent).toEqual([])
    expect(line.data.value).toBe('pong')
  })
})

describe('queue', () => {
  it('keeps in order what is said while the line is down, and refuses what is too much', () => {
    use({ queue: 2 })
    expect([line.send('one'), line.send('two'), line.send('three')]).toEqual([true, true, false])
    expect(line.pending.value).toBe(2)
    connect()
    expect(sent()).toEqual(['one', 'two'])
    expect(line.pending.value).toBe(0)
    expect(line.send('four')).toBe(true)
    expect(sent()).toEqual(['one', 'two', 'four'])
  })

  it('keeps it over a lost line', () => {
    use()
    connect()
    FakeSocket.last.hangUp()
    line.send('while away')
    line.retry()
    expect(FakeSocket.last.sent).toEqual([])
    connect()
    expect(sent()).toEqual(['while away'])
  })

  it('keeps what a closing socket does not take', () => {
    use()
    connect()
    FakeSocket.last.readyState = 2
    expect(line.send('late')).toBe(true)
    expect(line.pending.value).toBe(1)
  })

  it('takes nothing once the line is closed for good, and keeps what waited', () => {
    use()
    line.send('before')
    FakeSocket.last.hangUp(4003)
    expect(line.send('after')).toBe(false)
    expect(line.pending.value).toBe(1)
    line.retry()
    connect()
    expect(sent()).toEqual(['before'])
  })

  it('keeps nothing with a length of 0, and forgets when told', () => {
    use({ queue: 0 })
    expect(line.send('one')).toBe(false)
    scope.stop()
    use()
    line.send('one')
    expect(line.clear()).toBe(1)
    connect()
    expect(sent()).toEqual([])
  })
})

describe('format', () => {
  it('speaks JSON and drops what is none', () => {
    scope = effectScope(true)
    const json = scope.run(() =>
      usePlainSocket<{ n: number }>('ws://host', { websocket: FakeWebSocket, format: 'json' }),
    )!
    connect()
    json.send({ n: 1 })
    expect(sent()).toEqual(['{"n":1}'])
    FakeSocket.last.say('{nonsense')
    expect(json.data.value).toBe(null)
    FakeSocket.last.say('{"n":2}')
    expect(json.data.value).toEqual({ n: 2 })
  })

  it('has the types of what it hands out', () => {
    interface Message {
      n: number
    }
    use()
    const of = { immediate: false, websocket: FakeWebSocket } as const
    const json = { ...of, format: 'json' } as const
    expectTypeOf(line.data.value).toEqualTypeOf<string | null>()
    expectTypeOf(line.send).parameter(0).toEqualTypeOf<Wire>()
    const open = scope.run(() => usePlainSocket('ws://host', json))!
    expectTypeOf(open.data.value).toBeUnknown()
    const typed = scope.run(() => usePlainSocket<Message>('ws://host', json))!
    expectTypeOf(typed.data.value).toEqualTypeOf<Message | null>()
    expectTypeOf(typed.send).parameter(0).toEqualTypeOf<Message>()
    const both = scope.run(() => usePlainSocket<Message, string>('ws://host', json))!
    expectTypeOf(both.send).parameter(0).toEqualTypeOf<string>()
    const parse = () => ({ n: 1 })
    const own = { ...of, format: { parse, serialize: (n: number) => String(n) } }
    const mine = scope.run(() => usePlainSocket('ws://host', own))!
    expectTypeOf(mine.data.value).toEqualTypeOf<Message | null>()
    expectTypeOf(mine.send).parameter(0).toEqualTypeOf<number>()
    // @ts-expect-error text is text, whatever one wishes
    scope.run(() => usePlainSocket<Message>('ws://host', of))
    // @ts-expect-error a number needs a format
    line.send(1)
  })

  it('shows every frame, heartbeats too', () => {
    const frames: unknown[] = []
    use()
    line.onFrame(({ direction, data, heartbeat }) => frames.push([direction, data, heartbeat]))
    connect()
    FakeSocket.last.say('pong')
    line.send('hello')
    FakeSocket.last.say('hello')
    expect(frames).toEqual([
      ['out', 'ping', true],
      ['in', 'pong', true],
      ['out', 'hello', false],
      ['in', 'hello', false],
    ])
  })
})
