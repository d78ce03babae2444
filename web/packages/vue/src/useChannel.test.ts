// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, createSSRApp, defineComponent, h, nextTick, ref } from 'vue'
import { ParleyError } from './errors'
import { createParley, provideParley, useParley, type Parley } from './parley'
import { FakeServer } from './testing/fakeServer'
import { createHarness, settle, type Harness } from './testing/harness'
import { useChannel } from './useChannel'

let harness: Harness
let server: FakeServer
let parley: Parley

beforeEach(() => {
  vi.useFakeTimers()
  harness = createHarness()
  ;({ server, parley } = harness)
})
afterEach(() => harness.end())

const tea = () => harness.use(() => useChannel<string>('tea', { parley }))

describe('subscription', () => {
  it('connects with the first channel and hears its publications', async () => {
    const heard: unknown[] = []
    const channel = tea()
    channel.onPublication((one) => heard.push(one))
    expect(channel.state.value).toBe('idle')
    await settle()
    expect(channel.state.value).toBe('subscribed')
    expect(channel.position.value).toEqual({ offset: 0, epoch: 'e1' })
    const info = { client: 'c9', user: 'ann' }
    server.push({ pub: { data: 'hi', offset: 1, time: 1700000000000, info } })
    await settle()
    const place = { id: 'e1-1', offset: 1, epoch: 'e1', time: 1700000000000 }
    expect(heard).toEqual([
      { channel: 'tea', data: 'hi', user: 'ann', info, tags: undefined, ...place },
    ])
    expect(channel.position.value).toEqual({ offset: 1, epoch: 'e1' })
  })

  it('is one for all who use it, and ends with the last', async () => {
    const [first, second] = [harness.scope(), harness.scope()]
    for (const scope of [first, second]) scope.run(() => useChannel('tea', { parley }))
    await settle()
    expect(server.count('subscribe')).toBe(1)
    first.stop()
    await settle()
    expect(server.count('unsubscribe')).toBe(0)
    second.stop()
    await settle()
    expect(server.count('unsubscribe')).toBe(1)
    expect(parley.client.getSubscription('tea')).toBe(null)
  })

  it('stays when one component leaves it and another takes it in the same turn', async () => {
    const [first, second] = [harness.scope(), harness.scope()]
    first.run(() => useChannel('tea', { parley }))
    await settle()
    first.stop()
    second.run(() => useChannel('tea', { parley }))
    await settle()
    expect(server.count('subscribe')).toBe(1)
    expect(server.count('unsubscribe')).toBe(0)
  })

  it('asks for joins and leaves if anybody needs them, later from where it was', async () => {
    harness.use(() => useChannel('tea', { parley }))
    harness.use(() => useChannel('milk', { parley }))
    harness.use(() => useChannel('milk', { parley, joinLeave: true }))
    await settle()
    expect(server.count('subscribe', 'milk')).toBe(1)
    server.publish('one')
    await settle()
    const gaps: boolean[] = []
    const later = harness.use(() => useChannel('tea', { parley, joinLeave: true }))
    later.onSubscribed(({ gap }) => gaps.push(gap))
    await settle()
    expect(
      server.heard.filter(({ method }) => method === 'subscribe').at(-1)!.fields,
    ).toMatchObject({ channel: 'tea', join_leave: true, recover: true, offset: 1, epoch: 'e1' })
    expect(gaps).toEqual([false])
  })

  it('follows the name, with its listeners, and rests at null', async () => {
    const name = ref<string | null>(null)
    const heard: unknown[] = []
    const channel = harness.use(() => useChannel(name, { parley }))
    channel.onPublication(({ data }) => heard.push(data))
    await settle()
    expect(server.sockets).toHaveLength(0)
    name.value = 'milk'
    await settle()
    name.value = 'tea'
    await settle()
    expect(server.count('unsubscribe', 'milk')).toBe(1)
    server.publish('for tea')
    await settle()
    expect(heard).toEqual(['for tea'])
    name.value = null
    expect(channel.state.value).toBe('idle')
    await expect(channel.publish('x')).rejects.toMatchObject({ code: 7 })
  })

  it('asks for a token where the name begins with a dollar sign, or where told to', async () => {
    harness.end()
    harness = createHarness({ getChannelToken: (channel) => Promise.resolve(`for ${channel}`) })
    ;({ server, parley } = harness)
    harness.use(() => useChannel('tea', { parley }))
    harness.use(() => useChannel('$board', { parley }))
    const getToken = () => Promise.resolve('own')
    harness.use(() => useChannel('milk', { parley, getToken }))
    await settle()
    const tokens = server.heard
      .filter(({ method }) => method === 'subscribe')
      .map(({ fields }) => [fields.channel, fields.token])
    expect(Object.fromEntries(tokens)).toEqual({
      tea: undefined,
      $board: 'for $board',
      milk: 'own',
    })
  })

  it('tells why it was refused, and tries again when told', async () => {
    server.refuse.subscribe = { code: 103, message: 'permission denied' }
    const channel = tea()
    await settle()
    expect(channel.state.value).toBe('ended')
    expect(channel.error.value).toMatchObject({ code: 103, reason: 'permission_denied' })
    await expect(channel.publish('x')).rejects.toMatchObject({ code: 103 })
    server.refuse = {}
    channel.retry()
    await settle()
    expect(channel.state.value).toBe('subscribed')
    expect(channel.error.value).toBe(null)
  })

  it('says nothing of a token that could not be renewed at first, and ends when it never can', async () => {
    harness.end()
    const getChannelToken = vi.fn(() => Promise.resolve('first'))
    harness = createHarness({ getChannelToken })
    ;({ server, parley } = harness)
    server.ttl = 10
    const pass = (ms: number) => (server.socket.say({}), settle(ms)) // its ping, then time
    const board = harness.use(() => useChannel('$board', { parley }))
    await settle()
    getChannelToken.mockRejectedValueOnce(new Error('no network')).mockResolvedValue('second')
    await pass(10_000)
    expect(getChannelToken).toHaveBeenCalledTimes(2)
    expect(board.error.value).toBe(null)
    await pass(20_000)
    expect(server.count('sub_refresh', '$board')).toBe(1)
    expect(board.state.value).toBe('subscribed')
    expect(board.error.value).toBe(null)
    server.refuse.sub_refresh = { code: 103, message: 'permission denied' }
    await pass(10_000)
    expect(board.state.value).toBe('ended')
    expect(board.error.value).toMatchObject({ reason: 'permission_denied' })
  })

  it('asks again for a token that never comes', async () => {
    harness.end()
    const getChannelToken = vi.fn(() => new Promise<string>(() => {}))
    harness = createHarness({ getChannelToken })
    ;({ server, parley } = harness)
    const board = harness.use(() => useChannel('$board', { parley }))
    await settle(15_000)
    expect(board.error.value).toMatchObject({ reason: 'token_failed' })
    getChannelToken.mockResolvedValue('late')
    await settle(20_000)
    expect(board.state.value).toBe('subscribed')
    expect(board.error.value).toBe(null)
  })

  it('ends without a token, and when the server ends it', async () => {
    harness.end()
    harness = createHarness({ getChannelToken: () => Promise.resolve('') })
    ;({ server, parley } = harness)
    const board = harness.use(() => useChannel('$board', { parley }))
    const channel = tea()
    await settle()
    expect(board.error.value).toMatchObject({ code: 101, reason: 'unauthorized' })
    server.push({ unsubscribe: { code: 2000, reason: 'go away' } })
    await settle()
    expect(channel.state.value).toBe('ended')
    expect(channel.error.value).toMatchObject({ reason: 'unsubscribed', message: 'go away' })
  })

  it('survives a listener that throws, and reports it', async () => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    const heard: unknown[] = []
    const channel = tea()
    const fault = new Error('mine')
    channel.onPublication(() => {
      throw fault
    })
    channel.onPublication(({ data }) => heard.push(data))
    await settle()
    server.publish('one')
    server.publish('two')
    await settle()
    expect(heard).toEqual(['one', 'two'])
    expect(report.mock.calls).toEqual([[fault], [fault]])
    expect(parley.status.value.state).toBe('connected')
    vi.unstubAllGlobals()
  })
})

describe('coming back', () => {
  it('begins with a first subscription for each listener, also in a channel that others use', async () => {
    tea()
    await settle()
    server.publish('one')
    await settle()
    const seen: unknown[] = []
    const late = tea()
    late.onSubscribed((subscribed) => seen.push(subscribed))
    const left = late.onSubscribed(() => seen.push('left already'))
    left()
    expect(seen).toEqual([])
    await settle()
    const position = { offset: 1, epoch: 'e1' }
    expect(seen).toEqual([{ first: true, recovered: false, gap: false, position }])

    parley.drop()
    tea().onSubscribed(({ first, recovered }) => seen.push({ first, recovered }))
    await settle(20_000)
    expect(seen.slice(1)).toEqual([
      { first: false, recovered: true, gap: false, position },
      { first: true, recovered: false },
    ])
    expect(server.count('subscribe')).toBe(2)
  })

  it('tells what was recovered and what was not', async () => {
    const seen: unknown[] = []
    const channel = tea()
    const at = () => channel.position.value?.offset
    channel.onSubscribed(({ first, recovered, gap }) => seen.push({ first, recovered, gap }, at()))
    channel.onPublication(({ data }) => seen.push(data, at()))
    await settle()
    expect(channel.recovered.value).toBe(null)
    server.publish('one')
    await settle()

    parley.drop()
    server.publish('missed', true)
    await settle(20_000)
    expect(channel.recovered.value).toBe(true)

    parley.drop()
    server.forget('e2')
    await settle(20_000)
    expect(channel.recovered.value).toBe(false)
    expect(channel.position.value).toEqual({ offset: 0, epoch: 'e2' })
    // The position never runs ahead of what was heard.
    expect(seen).toEqual([
      ...[{ first: true, recovered: false, gap: false }, 0],
      ...['one', 1],
      ...[{ first: false, recovered: true, gap: false }, 1],
      ...['missed', 2],
      ...[{ first: false, recovered: false, gap: true }, 0],
    ])
  })
})

describe('publish', () => {
  it('resolves when acknowledged', async () => {
    const channel = tea()
    server.hold.add('publish')
    let done = false
    const published = channel.publish('hi').then(() => (done = true))
    await settle()
    expect(server.heard.at(-1)).toMatchObject({ method: 'publish', fields: { data: 'hi' } })
    expect(done).toBe(false)
    server.release()
    await settle()
    await published
  })

  it('waits for the line', async () => {
    server.down = true
    const channel = tea()
    const published = channel.publish('hi')
    await settle(3000)
    server.down = false
    await settle(10_000)
    await published
    expect(server.count('publish')).toBe(1)
  })

  it.each([Infinity, 2 ** 31])('waits as long as it is told to: %d ms', async (timeout) => {
    server.down = true
    const published = tea().publish('hi', { timeout })
    await settle(60_000)
    server.down = false
    await settle(20_000)
    await published
    expect(server.count('publish')).toBe(1)
  })

  it('gives up after its time, and by its signal', async () => {
    server.down = true
    const channel = tea()
    const late = expect(channel.publish('hi')).rejects.toMatchObject({
      code: 1,
      reason: 'timeout',
      retryable: true,
    })
    const sooner = expect(channel.publish('hi', { timeout: 100 })).rejects.toBeInstanceOf(
      ParleyError,
    )
    const abort = new AbortController()
    const aborted = expect(channel.publish('hi', { signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await settle(100)
    await sooner
    abort.abort()
    await aborted
    await settle(15_000)
    await late
    await expect(channel.publish('hi', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    server.down = false
    await settle(30_000)
    expect(parley.status.value.state).toBe('connected')
    // Whoever was told that it failed sends it again, or not: it is not sent behind their back.
    expect(server.count('publish')).toBe(0)
  })

  it.each([
    [{ code: 103, message: 'permission denied' }, 'permission_denied', false],
    [{ code: 111, message: 'too many requests', temporary: true }, 'too_many_requests', true],
  ])('rejects with what the server says: %j', async (refusal, reason, retryable) => {
    server.refuse.publish = refusal
    const published = expect(tea().publish('hi')).rejects.toMatchObject({
      ...refusal,
      reason,
      retryable,
      docs: 'docs/dialects/centrifuge.md#codes',
    })
    await settle()
    await published
  })

  it('rejects when the line is lost before the answer', async () => {
    const channel = tea()
    server.hold.add('publish')
    const published = expect(channel.publish('hi')).rejects.toMatchObject({
      reason: 'connection_closed',
      retryable: true,
    })
    await settle()
    parley.drop()
    await published
  })

  it('carries an id in data that is an object', async () => {
    const channel = harness.use(() => useChannel<object | string>('tea', { parley }))
    const published = channel.publish({ text: 'hi' }, { id: 'm1' })
    await settle()
    await published
    expect(server.heard.at(-1)!.fields.data).toEqual({ text: 'hi', id: 'm1' })
    await expect(channel.publish('hi', { id: 'm1' })).rejects.toBeInstanceOf(TypeError)
  })
})

describe('Parley', () => {
  const Room = defineComponent(() => {
    const { state } = useChannel('tea')
    return () => h('p', state.value)
  })

  it('comes from the application, or from a component above', async () => {
    const app = createApp(Room).use(parley)
    const root = document.createElement('div')
    app.mount(root)
    await settle()
    await nextTick()
    expect(root.textContent).toBe('subscribed')
    app.unmount()
    await settle()
    expect(server.count('unsubscribe')).toBe(1)
  })

  it('can be made and ended by a component', async () => {
    const own = new FakeServer()
    let made: Parley | undefined
    const app = createApp(
      defineComponent(() => {
        made = provideParley({ url: 'ws://host', websocket: own.WebSocket, probeInterval: 0 })
        expect(useParley()).toBe(made)
        return () => h(Room)
      }),
    )
    const root = document.createElement('div')
    app.mount(root)
    await settle()
    expect(root.textContent).toBe('subscribed')
    app.unmount()
    expect(made!.status.value.state).toBe('idle')
  })

  it('is itself in a deep ref, too', async () => {
    const store = ref({ parley })
    const { state } = harness.use(() => useChannel('tea', { parley: store.value.parley }))
    await settle()
    expect(state.value).toBe('subscribed')
  })

  it('says what is missing', () => {
    expect(() => useParley()).toThrow('app.use(createParley')
    expect(() => useChannel('tea')).toThrow('app.use(createParley')
  })

  it('survives a listener of direct messages that throws, and reports it', async () => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    const heard: unknown[] = []
    const fault = new Error('mine')
    parley.onMessage(() => {
      throw fault
    })
    parley.onMessage((data) => heard.push(data))
    tea()
    await settle()
    server.socket.say({ push: { message: { data: 'one' } } })
    server.socket.say({ push: { message: { data: 'two' } } })
    await settle()
    expect(heard).toEqual(['one', 'two'])
    expect(report.mock.calls).toEqual([[fault], [fault]])
    expect(parley.status.value.state).toBe('connected')
    vi.unstubAllGlobals()
  })

  it('calls a listener as often as it was given, until each is removed', async () => {
    const heard = vi.fn()
    const offs = [parley.onMessage(heard), parley.onMessage(heard)]
    const calls = async () => {
      server.socket.say({ push: { message: { data: 'hi' } } })
      await settle()
      return heard.mock.calls.length
    }
    tea()
    await settle()
    expect(await calls()).toBe(2)
    offs[0]!()
    offs[0]!()
    expect(await calls()).toBe(3)
    offs[1]!()
    expect(await calls()).toBe(3)
  })

  it('hears direct messages', async () => {
    const heard: unknown[] = []
    tea()
    await settle()
    const off = parley.onMessage((data) => heard.push(data))
    const say = () => server.socket.say({ push: { message: { data: { from: 'bob' } } } })
    say()
    await settle()
    off()
    say()
    await settle()
    expect(heard).toEqual([{ from: 'bob' }])
  })

  it('does not connect by itself when it shall not, or was told to leave', async () => {
    harness.end()
    harness = createHarness({ autoConnect: false })
    ;({ server, parley } = harness)
    tea()
    await settle()
    expect(server.sockets).toHaveLength(0)
    parley.connect()
    await settle()
    parley.disconnect()
    harness.use(() => useChannel('milk', { parley }))
    await settle()
    expect(server.sockets).toHaveLength(1)
  })

  it('opens no line where there is no window', async () => {
    vi.stubGlobal('window', undefined)
    const page = createParley({ url: 'ws://host' })
    vi.unstubAllGlobals()
    const { renderToString } = await import('vue/server-renderer')
    expect(await renderToString(createSSRApp(Room).use(page))).toBe('<p>idle</p>')
    expect(page.status.value.state).toBe('idle')
  })
})
