// Tokens with the JavaScript SDK: who gets in, what renews itself, what the server subscribes clients to.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'

import { api, Clients, collect, join, next } from '../support/sdk.mjs'
import { eventually, start } from '../support/server.mjs'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
function sign(claims, secret = SECRET) {
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds

describe('the centrifuge SDK with tokens', { timeout: 120_000 }, () => {
  let server
  let clients
  before(async () => {
    server = await start({
      env: {
        PARLEY_SERVER__TOKEN_SECRET: SECRET,
        PARLEY_TOKENS__LEEWAY: '0s',
        PARLEY_API__KEYS: 'test-api-key',
      },
    })
    clients = new Clients(server)
  })
  afterEach(() => clients.end())
  after(() => server.stop())

  const ends = async (options) => {
    const client = clients.make(options)
    const disconnected = next(client, 'disconnected')
    client.connect()
    return (await disconnected).code
  }

  test('no token, or a wrong one, is final', async () => {
    assert.equal(await ends({}), 3501)
    assert.equal(
      await ends({ token: sign({ sub: 'ann' }, 'another secret of thirty-two bytes') }),
      3500,
    )
    assert.equal(await ends({ token: 'x' }), 3500)
    assert.equal(await ends({ token: sign({ sub: 'ann', nbf: inSeconds(100) }) }), 3500)
  })

  test('an expired token is replaced by a new one', async () => {
    let asked = 0
    const client = await clients.connect({
      token: sign({ sub: 'ann', exp: inSeconds(-10) }),
      getToken: async () => {
        asked++
        return sign({ sub: 'ann' })
      },
    })
    assert.equal(client.state, 'connected')
    assert.equal(asked, 1)
  })

  test('a connection renews its token before it expires', async () => {
    let asked = 0
    const client = await clients.connect({
      getToken: async () => {
        asked++
        return sign({ sub: 'ann', exp: inSeconds(asked === 1 ? 2 : 1000) })
      },
    })
    let lost = false
    client.on('connecting', () => (lost = true))
    await eventually(() => asked === 2, 'the refresh')
    const subscription = await join(client, 'tea') // behind the reply to the refresh
    assert.equal(subscription.state, 'subscribed')
    assert.equal(lost, false)
  })

  test('a subscription has its own token, and renews it', async () => {
    const client = await clients.connect({ token: sign({ sub: 'ann', info: { name: 'Ann' } }) })
    let asked = 0
    const subscription = await join(client, '$vip', {
      getToken: async ({ channel }) => {
        asked++
        return sign({
          sub: 'ann',
          channel,
          info: { seat: 1 },
          exp: inSeconds(asked === 1 ? 2 : 1000),
        })
      },
    })
    const { clients: there } = await subscription.presence()
    const [info] = Object.values(there)
    assert.deepEqual(
      [info.user, info.connInfo, info.chanInfo],
      ['ann', { name: 'Ann' }, { seat: 1 }],
    )
    await eventually(() => asked === 2, 'the refresh')
    await subscription.presence()
    assert.equal(subscription.state, 'subscribed')
  })

  test('a wrong subscription token is refused', async () => {
    const client = await clients.connect({ token: sign({ sub: 'ann' }) })
    const refused = async (channel, token) => {
      const subscription = client.newSubscription(channel, { token })
      const unsubscribed = next(subscription, 'unsubscribed')
      subscription.subscribe()
      return (await unsubscribed).code
    }
    assert.equal(await refused('$a', ''), 103)
    assert.equal(
      await refused(
        '$b',
        sign({ sub: 'ann', channel: '$b' }, 'another secret of thirty-two bytes'),
      ),
      103,
    )
    assert.equal(await refused('#bob', ''), 103)
    const disconnected = next(client, 'disconnected')
    client.newSubscription('$c', { token: sign({ sub: 'bob', channel: '$c' }) }).subscribe()
    assert.equal((await disconnected).code, 3500)
  })

  test('the server subscribes as the token says, and recovers what was missed', async () => {
    const token = sign({
      sub: 'kim',
      channels: ['news'],
      subs: { '#kim': { data: { hello: 'Kim' } } },
    })
    const client = clients.make({ token })
    const subscribed = collect(client, 'subscribed', 2)
    client.connect()
    const data = Object.fromEntries(
      (await subscribed).map((context) => [context.channel, context.data]),
    )
    assert.deepEqual(data, { news: undefined, '#kim': { hello: 'Kim' } })
    const heard = next(client, 'publication')
    await api(server, 'publish', { channel: 'news', data: 1 })
    assert.deepEqual((await heard).data, 1)

    client.disconnect()
    for (const number of [2, 3]) await api(server, 'publish', { channel: 'news', data: number })
    const missed = collect(client, 'publication', 2)
    client.connect()
    assert.deepEqual(
      (await missed).map((context) => context.data),
      [2, 3],
    )
  })

  test('a personal channel needs no token', async () => {
    const client = await clients.connect({ token: sign({ sub: 'lee' }) })
    const subscription = await join(client, '#lee')
    const heard = next(subscription, 'publication')
    await api(server, 'publish', { channel: '#lee', data: 'for Lee' })
    assert.equal((await heard).data, 'for Lee')
  })

  test('the back end ends a connection before its time', async () => {
    const client = await clients.connect({ getToken: async () => sign({ sub: 'max' }) })
    const again = next(client, 'connecting')
    await api(server, 'refresh', { user: 'max', expired: true })
    assert.equal((await again).code, 3005)
    await client.ready(15_000)
  })
})
