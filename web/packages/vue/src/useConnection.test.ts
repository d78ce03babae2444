// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnauthorizedError } from './index'
import type { ParleyOptions } from './parley'
import { createHarness, settle, type Harness } from './testing/harness'
import { useConnection } from './useConnection'

let harness: Harness

beforeEach(() => void vi.useFakeTimers())
afterEach(() => harness.end())

function start(options: Partial<ParleyOptions> = {}) {
  harness = createHarness(options)
  return useConnection(harness.parley)
}

const status = () => harness.parley.status.value
const kinds = () => harness.parley.events.value.map(({ kind }) => kind)
const retries = (n: number) => Array.from({ length: n }, () => ['connecting', 'lost']).flat()
const last = () => harness.parley.events.value.at(-1)

async function connected(options: Partial<ParleyOptions> = {}) {
  const connection = start(options)
  connection.connect()
  await settle()
  expect(status().state).toBe('connected')
  return connection
}

describe('states', () => {
  it('goes idle, connecting, connected, idle again', async () => {
    const connection = start()
    expect(status()).toMatchObject({ state: 'idle', attempt: 0, retryable: true })
    connection.connect()
    expect(status()).toMatchObject({ state: 'connecting', attempt: 1 })
    await settle()
    expect(status()).toMatchObject({ state: 'connected', attempt: 0 })
    connection.disconnect()
    expect(status().state).toBe('idle')
    expect(kinds()).toEqual(['connecting', 'connected', 'stopped'])
  })

  it('is connecting while a token is fetched, and sends it', async () => {
    const { connect } = start({ getToken: () => Promise.resolve('jwt') })
    connect()
    expect(status().state).toBe('connecting')
    await settle()
    expect(harness.server.heard[0]).toMatchObject({ method: 'connect', fields: { token: 'jwt' } })
  })

  it('tells why no token came, and asks again', async () => {
    let asked = 0
    const getToken = () => {
      asked += 1
      if (asked < 3) throw new Error('no network')
      return Promise.resolve('jwt')
    }
    const { connect, retry } = start({ getToken })
    connect()
    await settle()
    const failure = { code: 5, reason: 'Error: no network' }
    expect(status()).toMatchObject({ state: 'waiting', attempt: 1, retryable: true, ...failure })
    expect(last()).toMatchObject({ kind: 'lost', loss: 'closed', ...failure })
    expect(status().retryAt).toBeGreaterThan(Date.now())
    retry()
    expect(status()).toMatchObject({ state: 'connecting', attempt: 2 })
    await settle()
    window.dispatchEvent(new Event('online'))
    await settle()
    expect(status()).toMatchObject({ state: 'connected', attempt: 0, code: null })
    expect(kinds()).toEqual([...retries(2), 'connecting', 'connected'])
    expect(harness.server.sockets).toHaveLength(1)
  })

  it('gives up a token that never comes, and asks again', async () => {
    const getToken = vi.fn(() => new Promise<string>(() => {}))
    const { connect, retry } = start({ getToken, connectTimeout: 3000 })
    connect()
    await settle(2999)
    expect(status()).toMatchObject({ state: 'connecting', attempt: 1 })
    await settle(1)
    expect(status()).toMatchObject({ state: 'waiting', code: 5 })
    expect(status().reason).toContain('no answer within 3000 ms')
    getToken.mockResolvedValue('jwt')
    retry()
    await settle()
    expect(status().state).toBe('connected')
  })

  it('is left while a token is on its way, and begins anew', async () => {
    let give!: (token: string) => void
    const getToken = () => new Promise<string>((resolve) => (give = resolve))
    const { connect, disconnect } = start({ getToken })
    connect()
    await settle()
    disconnect()
    give('late')
    await settle()
    expect(status().state).toBe('idle')
    expect(harness.server.sockets).toHaveLength(0)
    connect()
    await settle()
    give('jwt')
    await settle()
    expect(status().state).toBe('connected')
    expect(kinds()).toEqual(['connecting', 'stopped', 'connecting', 'connected'])
  })

  it('is closed for good by a getToken that says so', async () => {
    const { connect } = start({
      getToken: () => Promise.reject(new UnauthorizedError('logged out')),
    })
    connect()
    await settle(60_000)
    const end = { code: 1, reason: 'unauthorized' }
    expect(status()).toMatchObject({ state: 'closed', retryable: false, ...end })
    expect(kinds()).toEqual(['connecting', 'ended'])
  })

  it('names its user in the address, of that moment', async () => {
    let username = 'ann b'
    const { drop, retry } = await connected({ username: () => username })
    username = 'bob'
    drop()
    retry()
    await settle()
    expect(harness.server.sockets.map(({ url }) => url.split('?')[1])).toEqual([
      'username=ann+b',
      'username=bob',
    ])
  })
})

describe('a lost line', () => {
  it('tells code, reason, attempts and the time of the next one', async () => {
    await connected()
    harness.server.down = true
    harness.server.socket.hangUp(3001, 'shutdown')
    expect(status()).toMatchObject({ state: 'waiting', code: 3001, reason: 'shutdown', attempt: 0 })
    for (let attempt = 1; attempt <= 4; attempt++) {
      const { retryAt } = status()
      expect(retryAt).toBeGreaterThanOrEqual(Date.now())
      expect(harness.server.sockets).toHaveLength(attempt)
      await settle(retryAt! - Date.now())
      expect(harness.server.sockets).toHaveLength(attempt + 1)
      expect(status()).toMatchObject({ state: 'waiting', code: 1006, attempt })
    }
    harness.server.down = false
    await settle(status().retryAt! - Date.now())
    expect(status()).toMatchObject({ state: 'connected', attempt: 0, code: null, retryAt: null })
    expect(kinds().filter((kind) => kind === 'lost')).toHaveLength(5)
  })

  it('ends for good after a close that says so', async () => {
    await connected()
    harness.server.socket.hangUp(3500, 'invalid token')
    const end = { code: 3500, reason: 'invalid token' }
    expect(status()).toMatchObject({ state: 'closed', retryable: false, retryAt: null, ...end })
    expect(last()).toMatchObject({ kind: 'ended', ...end })
    await settle(60_000)
    expect(harness.server.sockets).toHaveLength(1)
    harness.parley.retry()
    await settle()
    expect(status()).toMatchObject({ state: 'connected', retryable: true })
  })

  it('tells an end that is pushed instead of closed', async () => {
    await connected()
    harness.server.socket.say({ push: { disconnect: { code: 3503, reason: 'kicked' } } })
    await settle()
    expect(status()).toMatchObject({ state: 'closed', code: 3503, reason: 'kicked' })
  })

  it('gives up an attempt that hangs', async () => {
    const { connect } = start()
    harness.server.hold.add('connect')
    connect()
    await settle(7999)
    expect(status().state).toBe('connecting')
    await settle(1)
    expect(status().state).toBe('waiting')
    expect(last()).toMatchObject({ kind: 'lost', loss: 'unanswered' })
    expect(harness.server.sockets[0]!.closedWith).toBeTruthy()
  })

  it.each([20_000, Infinity])('gives an attempt the time that it is allowed: %d ms', async (ms) => {
    const { connect } = start({ connectTimeout: ms })
    harness.server.hold.add('connect')
    connect()
    await settle(19_999)
    expect(status()).toMatchObject({ state: 'connecting', attempt: 1 })
    harness.server.release()
    await settle()
    expect(status().state).toBe('connected')
  })

  it('is told, too, when an attempt is hung up before its welcome', async () => {
    const { connect } = start()
    harness.server.hold.add('connect')
    connect()
    await settle()
    harness.server.socket.hangUp(1013, 'overloaded')
    expect(status()).toMatchObject({ state: 'waiting', code: 1013, attempt: 1 })
    expect(status().retryAt).toBeGreaterThanOrEqual(Date.now())
    expect(kinds()).toEqual(['connecting', 'lost'])
  })

  it('tries now when told, when the network is back, and when the page is looked at', async () => {
    const { retry } = await connected()
    const ways = [
      retry,
      () => window.dispatchEvent(new Event('online')),
      () => document.dispatchEvent(new Event('visibilitychange')),
    ]
    for (const [index, wake] of ways.entries()) {
      harness.server.socket.hangUp()
      expect(status().state).toBe('waiting')
      wake()
      await settle()
      expect(status().state).toBe('connected')
      expect(harness.server.sockets).toHaveLength(index + 2)
    }
    await settle(30_000)
    expect(harness.server.sockets).toHaveLength(4)
  })

  it('is what `drop` makes, and comes back from', async () => {
    const { drop } = await connected()
    drop()
    expect(status()).toMatchObject({ state: 'waiting', code: 1006 })
    expect(last()).toMatchObject({ kind: 'lost', loss: 'dropped' })
    expect(harness.server.sockets[0]!.closedWith).toBeTruthy()
    await settle(status().retryAt! - Date.now())
    expect(status().state).toBe('connected')
  })

  it('has no countdown with an SDK that does not tell it, and comes back all the same', async () => {
    await connected()
    Reflect.deleteProperty(harness.parley.client, '_getReconnectDelay')
    harness.server.down = true
    harness.server.socket.hangUp()
    await settle(1000)
    expect(status()).toMatchObject({ state: 'waiting', retryAt: null })
    expect(status().attempt).toBeGreaterThan(0)
    harness.server.down = false
    await settle(20_000)
    expect(status().state).toBe('connected')
  })

  it('is not heard of again when the page listens no more', async () => {
    const { disconnect } = await connected()
    const removed = vi.spyOn(window, 'removeEventListener')
    disconnect()
    expect(removed.mock.calls.map(([type]) => type)).toEqual(expect.arrayContaining(['online']))
    window.dispatchEvent(new Event('online'))
    await settle(30_000)
    expect(harness.server.sockets).toHaveLength(1)
  })
})

describe('probe', () => {
  const probes = () => harness.server.heard.filter(({ method }) => method === 'rpc').length

  it('measures the round trip every few seconds, a refusal being an answer', async () => {
    harness = createHarness({ probeInterval: 5000 })
    harness.server.refuse.rpc = { code: 108, message: 'not available' }
    harness.server.hold.add('rpc')
    harness.parley.connect()
    await settle(30)
    harness.server.release()
    await settle()
    expect(status().rttMs).toBe(30)
    await settle(5000)
    expect(probes()).toBe(2)
    harness.parley.disconnect()
    await settle(60_000)
    expect(probes()).toBe(2)
  })

  it('takes silence for a loss', async () => {
    harness = createHarness({ probeInterval: 5000 })
    harness.server.hold.add('rpc')
    harness.parley.connect()
    await settle(4999)
    expect(status().state).toBe('connected')
    await settle(1)
    expect(last()).toMatchObject({ kind: 'lost', loss: 'silent' })
  })

  it('forgives a missing answer to a line that speaks', async () => {
    harness = createHarness({ probeInterval: 5000 })
    harness.server.hold.add('rpc')
    harness.parley.connect()
    await settle(4000)
    harness.server.socket.say({})
    await settle(1000)
    expect(status().state).toBe('connected')
  })

  it('asks at once when the system calls the network gone', async () => {
    await connected({ probeInterval: 60_000 })
    expect(probes()).toBe(1)
    window.dispatchEvent(new Event('offline'))
    await settle()
    expect(probes()).toBe(2)
    expect(status().state).toBe('connected')
  })

  it('rests while the page is hidden', async () => {
    await connected({ probeInterval: 1000 })
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    await settle(10_000)
    expect(probes()).toBe(1)
  })
})
