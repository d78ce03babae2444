// The JavaScript SDK against a listener that lets everybody do everything: the conversations that the SDK's own
// suite holds with a server, and the rest of what the dialect speaks.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { after, afterEach, before, describe, test } from 'node:test'

import WebSocket from 'ws'

import { api, Clients, collect, join, next } from '../support/sdk.mjs'
import { eventually, start } from '../support/server.mjs'

const config = fileURLToPath(new URL('../transcripts/centrifuge/parley.toml', import.meta.url))

let names = 0
const fresh = (space = 'recovery') => `${space}:${++names}`

describe('the centrifuge SDK without tokens', { timeout: 120_000 }, () => {
  let server
  let clients
  const publish = (channel, data) => api(server, 'publish', { channel, data })

  before(async () => {
    server = await start({
      args: ['-c', config, '--insecure', 'all', '--threads', '2'],
      env: { PARLEY_API__KEYS: 'test-api-key' },
    })
    clients = new Clients(server)
  })
  afterEach(() => clients.end())
  after(() => server.stop())

  test('connects and disconnects', async () => {
    const client = await clients.connect()
    assert.equal(client.state, 'connected')
    const disconnected = next(client, 'disconnected')
    client.disconnect()
    assert.equal((await disconnected).code, 0)
    for (let i = 0; i < 10; i++) {
      client.connect()
      client.disconnect()
    }
    assert.equal(client.state, 'disconnected')
  })

  test('subscribes, publishes, hears itself and unsubscribes', async () => {
    const client = await clients.connect({}, '?username=ann')
    const subscription = await join(client, 'test')
    const heard = next(subscription, 'publication')
    await subscription.publish({ my: 'data' })
    const { data, info, offset } = await heard
    assert.deepEqual(data, { my: 'data' })
    assert.equal(info.user, 'ann')
    assert.ok(offset > 0)
    const unsubscribed = next(subscription, 'unsubscribed')
    subscription.unsubscribe()
    assert.equal((await unsubscribed).code, 0)
    await client.publish('test', 'from outside')
  })

  test('an rpc that waits for the connection finds no back end', async () => {
    const client = clients.make()
    const answer = client.rpc('method', { my: 'data' })
    client.connect()
    await assert.rejects(answer, { code: 108 })
  })

  test('goes off line and comes back', async () => {
    const network = new EventTarget()
    const client = await clients.connect({ networkEventTarget: network })
    const lost = next(client, 'connecting')
    network.dispatchEvent(new Event('offline'))
    await lost
    assert.equal(client.state, 'connecting')
    network.dispatchEvent(new Event('online'))
    await client.ready(15_000)
    client.disconnect()
    network.dispatchEvent(new Event('online'))
    assert.equal(client.state, 'disconnected')

    const impatient = clients.make({ networkEventTarget: network })
    impatient.once('__centrifuge_debug:transport_initialized', () =>
      network.dispatchEvent(new Event('offline')),
    )
    impatient.connect()
    await impatient.ready(15_000)
  })

  test('presence counts who is there', async () => {
    const client = await clients.connect()
    const channel = fresh()
    const subscription = await join(client, channel)
    const { clients: there } = await subscription.presence()
    assert.equal(Object.keys(there).length, 1)
    assert.deepEqual(await subscription.presenceStats(), { numClients: 1, numUsers: 1 })
    subscription.unsubscribe()
    assert.deepEqual(await client.presenceStats(channel), { numClients: 0, numUsers: 0 })
    assert.deepEqual(await client.presence(channel), { clients: {} })
  })

  test('many subscriptions begun and given up leave one', async () => {
    const client = await clients.connect()
    const channel = fresh()
    const subscription = client.newSubscription(channel)
    for (let i = 0; i < 10; i++) {
      subscription.subscribe()
      subscription.unsubscribe()
    }
    assert.equal(subscription.state, 'unsubscribed')
    subscription.subscribe()
    assert.deepEqual(await subscription.presenceStats(), { numClients: 1, numUsers: 1 })
    subscription.unsubscribe()
    assert.deepEqual(await client.presenceStats(channel), { numClients: 0, numUsers: 0 })
  })

  test('unsubscribes between the connect command and its reply', async () => {
    const client = clients.make()
    const subscription = client.newSubscription(fresh())
    const sent = new Promise((resolve) => {
      client.once('__centrifuge_debug:connect_frame_sent', () => {
        subscription.unsubscribe()
        resolve()
      })
    })
    subscription.subscribe()
    client.connect()
    await sent
    await client.ready(15_000)
    const subscribed = next(subscription, 'subscribed')
    subscription.subscribe()
    await subscribed
  })

  test('unsubscribes right behind a new connect', async () => {
    const client = await clients.connect()
    const subscription = client.newSubscription(fresh())
    subscription.subscribe()
    client.disconnect()
    client.connect()
    subscription.unsubscribe()
    const subscribed = next(subscription, 'subscribed')
    subscription.subscribe()
    await subscribed
  })

  test('many subscriptions with tokens that this server cannot check', async () => {
    const client = await clients.connect()
    const joined = ['1', '2', '3', '4', '5'].map((name) =>
      join(client, `test${name}`, { getToken: async () => `token.of.${name}` }),
    )
    const subscriptions = await Promise.all(joined)
    const ended = subscriptions.map((subscription) => next(subscription, 'unsubscribed'))
    for (const subscription of subscriptions) subscription.unsubscribe()
    for (const { code } of await Promise.all(ended)) assert.equal(code, 0)
  })

  describe('recovers', () => {
    test('what was published while it was disconnected', async () => {
      const client = await clients.connect()
      const channel = fresh()
      const subscription = await join(client, channel)
      const first = next(subscription, 'publication')
      await publish(channel, { seq: 1 })
      await first
      client.disconnect()
      for (const seq of [2, 3, 4]) await publish(channel, { seq })
      const resubscribed = next(subscription, 'subscribed')
      const missed = collect(subscription, 'publication', 3)
      client.connect()
      const { recovered, wasRecovering } = await resubscribed
      assert.deepEqual({ recovered, wasRecovering }, { recovered: true, wasRecovering: true })
      assert.deepEqual(
        (await missed).map(({ data }) => data.seq),
        [2, 3, 4],
      )
      const live = next(subscription, 'publication')
      await publish(channel, { seq: 5 })
      assert.deepEqual((await live).data, { seq: 5 })
    })

    test('what was published while it was not subscribed', async () => {
      const client = await clients.connect()
      const channel = fresh()
      const subscription = await join(client, channel)
      subscription.unsubscribe()
      for (const seq of [1, 2, 3]) await publish(channel, { seq })
      const missed = collect(subscription, 'publication', 3)
      subscription.subscribe()
      assert.deepEqual(
        (await missed).map(({ data }) => data.seq),
        [1, 2, 3],
      )
    })

    for (const event of ['subscribed', 'publication']) {
      test(`what it did not take in because it unsubscribed in its '${event}' handler`, async () => {
        const client = await clients.connect()
        const channel = fresh()
        const subscription = await join(client, channel)
        subscription.unsubscribe()
        for (const seq of [1, 2, 3]) await publish(channel, { seq })
        const received = []
        subscription.on('publication', ({ data }) => received.push(data.seq))
        subscription.once(event, () => subscription.unsubscribe())
        const unsubscribed = next(subscription, 'unsubscribed')
        subscription.subscribe()
        await unsubscribed
        assert.deepEqual(received, event === 'subscribed' ? [] : [1])
        const rest = collect(subscription, 'publication', 3 - received.length)
        subscription.subscribe()
        await rest
        assert.deepEqual(received, [1, 2, 3])
      })
    }

    test('nothing, and says so, when the history is too small', async () => {
      const client = await clients.connect()
      const channel = fresh('smallhistory')
      const subscription = await join(client, channel)
      const first = next(subscription, 'publication')
      await publish(channel, { seq: 1 })
      await first
      subscription.unsubscribe()
      for (const seq of [2, 3, 4, 5]) await publish(channel, { seq })
      const resubscribed = next(subscription, 'subscribed')
      subscription.subscribe()
      const { recovered, wasRecovering } = await resubscribed
      assert.deepEqual({ recovered, wasRecovering }, { recovered: false, wasRecovering: true })
      const live = next(subscription, 'publication')
      await publish(channel, { seq: 6 })
      assert.deepEqual((await live).data, { seq: 6 })
    })

    test('the newest value where the namespace says so', async () => {
      const client = await clients.connect()
      const channel = fresh('cache')
      const subscription = await join(client, channel)
      subscription.unsubscribe()
      for (const seq of [1, 2, 3]) await publish(channel, { seq })
      const newest = next(subscription, 'publication')
      subscription.subscribe()
      assert.deepEqual((await newest).data, { seq: 3 })
    })
  })

  test('reads the history from either end', async () => {
    const client = await clients.connect()
    const channel = fresh()
    const subscription = await join(client, channel)
    for (const seq of [1, 2, 3]) await publish(channel, seq)
    const seen = async (options) => {
      const { publications, offset } = await subscription.history(options)
      assert.equal(offset, 3)
      return publications.map(({ data }) => data)
    }
    assert.deepEqual(await seen({}), [])
    assert.deepEqual(await seen({ limit: -1 }), [1, 2, 3])
    assert.deepEqual(await seen({ limit: 2, reverse: true }), [3, 2])
    const { epoch } = await subscription.history({})
    assert.deepEqual(await seen({ limit: 5, since: { offset: 1, epoch } }), [2, 3])
    await assert.rejects(subscription.history({ limit: 5, since: { offset: 1, epoch: 'x' } }), {
      code: 112,
    })
  })

  test('tells who comes and goes', async () => {
    const ann = await clients.connect({}, '?username=ann')
    const channel = fresh()
    const subscription = ann.newSubscription(channel, { joinLeave: true })
    const self = next(subscription, 'join')
    subscription.subscribe()
    assert.equal((await self).info.user, 'ann')
    const came = next(subscription, 'join')
    const left = next(subscription, 'leave')
    const bob = await clients.connect({}, '?username=bob')
    await join(bob, channel)
    assert.equal((await came).info.user, 'bob')
    bob.disconnect()
    assert.equal((await left).info.user, 'bob')
  })

  test('a message without a back end to take it is the end', async () => {
    const client = await clients.connect()
    const disconnected = next(client, 'disconnected')
    await client.send({ hello: 1 })
    assert.equal((await disconnected).code, 3508)
  })

  test('a message above the limit is the end', async () => {
    const client = await clients.connect()
    const disconnected = next(client, 'disconnected')
    client.publish('test', 'x'.repeat(100_000)).catch(() => {})
    assert.equal((await disconnected).code, 3)
  })

  test('the back end subscribes, unsubscribes, and ends connections', async () => {
    const client = await clients.connect({}, '?username=kim')
    const channel = fresh()
    const subscribed = next(client, 'subscribed')
    await api(server, 'subscribe', { user: 'kim', channel, data: { seat: 7 } })
    const context = await subscribed
    assert.equal(context.channel, channel)
    assert.deepEqual(context.data, { seat: 7 })
    const heard = next(client, 'publication')
    await publish(channel, 'to all')
    assert.equal((await heard).data, 'to all')
    const unsubscribed = next(client, 'unsubscribed')
    await api(server, 'unsubscribe', { user: 'kim', channel })
    assert.equal((await unsubscribed).channel, channel)

    const own = await join(client, channel)
    const ended = next(own, 'unsubscribed')
    await api(server, 'unsubscribe', { user: 'kim', channel })
    assert.equal((await ended).code, 2000)

    const reconnects = next(client, 'connecting')
    await api(server, 'disconnect', { user: 'kim', disconnect: { code: 4000, reason: 'again' } })
    assert.deepEqual(await reconnects, { code: 4000, reason: 'again' })
    await client.ready(15_000)
    const disconnected = next(client, 'disconnected')
    await api(server, 'disconnect', { user: 'kim' })
    assert.equal((await disconnected).code, 3503)
  })

  test('every dialect hears the same, in the same order, and sees the same people', async () => {
    const channel = `mixed-${++names}`
    const client = await clients.connect({}, '?username=sdk')
    const subscription = await join(client, channel)
    const bySdk = collect(subscription, 'publication', 4)
    const raw = new WebSocket(`${server.wsUrl}/room/${channel}?username=raw`)
    const json = new WebSocket(`${server.wsUrl}/room/${channel}?username=json&format=json`)
    const byRaw = []
    const byJson = []
    let members
    raw.on('message', (data) => byRaw.push(String(data)))
    json.on('message', (data) => {
      const message = JSON.parse(data)
      if (message.type === 'message') byJson.push(message.data)
      if (message.type === 'who') members = message.users
    })
    await Promise.all([once(raw, 'open'), once(json, 'open')])
    const all = async () => (await subscription.presenceStats()).numUsers === 3
    await eventually(all, 'all three are there')

    await publish(channel, 'by curl')
    await eventually(() => byRaw.length === 1, 'the first message')
    raw.send('by raw')
    await eventually(() => byRaw.length === 2, 'the second message')
    json.send(JSON.stringify({ data: { by: 'json' } }))
    await eventually(() => byRaw.length === 3, 'the third message')
    await subscription.publish('by sdk')
    const expected = ['by curl', 'by raw', { by: 'json' }, 'by sdk']
    assert.deepEqual(
      (await bySdk).map(({ data }) => data),
      expected,
    )
    await eventually(() => byRaw.length === 4 && byJson.length === 4, 'the last message')
    assert.deepEqual(byJson, expected)
    assert.deepEqual(byRaw, ['by curl', 'by raw', '{"by":"json"}', 'by sdk'])

    json.send(JSON.stringify({ type: 'who' }))
    await eventually(() => members, 'who is there')
    const { clients: present } = await subscription.presence()
    const users = Object.values(present).map(({ user }) => user)
    assert.deepEqual(users.sort(), members)
    assert.deepEqual(members, ['json', 'raw', 'sdk'])

    const direct = next(client, 'message')
    json.send(JSON.stringify({ to: 'sdk', data: 'psst' }))
    const { data } = await direct
    assert.deepEqual([data.type, data.from, data.to, data.data], ['message', 'json', 'sdk', 'psst'])
    raw.close()
    json.close()
    await Promise.all([once(raw, 'close'), once(json, 'close')])
  })

  test('what breaks the protocol ends the connection with the reason', async () => {
    const socket = new WebSocket(`${server.wsUrl}/connection/websocket`)
    await once(socket, 'open')
    socket.send('{"id":1,"subscribe":{"channel":"test"}}')
    const [code, reason] = await once(socket, 'close')
    assert.equal(code, 3501)
    assert.equal(String(reason), 'bad request: the first command is connect')
  })

  test('one frame with many commands is answered in order', async () => {
    const socket = new WebSocket(`${server.wsUrl}/connection/websocket`)
    const replies = []
    socket.on('message', (data) => replies.push(JSON.parse(data)))
    await once(socket, 'open')
    socket.send(
      ['{"id":1,"connect":{}}']
        .concat(
          Array.from(
            { length: 50 },
            (_, i) => `{"id":${i + 2},"presence_stats":{"channel":"c${i}"}}`,
          ),
        )
        .join('\n'),
    )
    await eventually(() => replies.length === 51, 'all replies')
    assert.deepEqual(
      replies.map(({ id }) => id),
      Array.from({ length: 51 }, (_, i) => i + 1),
    )
    socket.close()
    await once(socket, 'close')
  })
})

describe('the heartbeat of the centrifuge dialect', { timeout: 60_000 }, () => {
  let server
  before(async () => {
    server = await start({
      env: { PARLEY_CENTRIFUGE__PING_INTERVAL: '1s', PARLEY_CENTRIFUGE__PONG_TIMEOUT: '500ms' },
    })
  })
  after(() => server.stop())

  test('keeps a client that answers', async () => {
    const clients = new Clients(server)
    const client = await clients.connect({ debug: false })
    let lost = false
    client.on('connecting', () => (lost = true))
    const socket = new WebSocket(`${server.wsUrl}/connection/websocket`)
    await once(socket, 'open')
    socket.send('{"id":1,"connect":{}}')
    const [code] = await once(socket, 'close') // it does not answer
    assert.equal(code, 3012)
    assert.equal(lost, false)
    assert.equal(client.state, 'connected')
    clients.end()
  })

  test('leaves it to the WebSocket where the client asks for that', async () => {
    const clients = new Clients(server)
    const client = await clients.connect({}, '?cf_ws_frame_ping_pong=true')
    assert.equal(client.state, 'connected')
    clients.end()
  })
})
