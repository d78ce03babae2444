// The HTTP API against the real server: over its socket, with its configuration, shards and broker, and with clients
// of both dialects at the other end.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import WebSocket from 'ws'

import { eventually, start } from '../support/server.mjs'

const CONFIG = `
[api]
keys = ["first-key", "second-key"]
[[namespace]]
name = "bare"
presence = false
join_leave = "off"
history_size = 0
recovery = "off"
[[namespace]]
name = "small"
message_bytes = 10
`

/** A client of the plain dialect; `heard` are its envelopes, or in raw format its messages. */
async function plain(server, room, query) {
  const socket = new WebSocket(`${server.wsUrl}/room/${room}?${query}`)
  const heard = []
  socket.on('message', (data) => heard.push(query.includes('format=json') ? JSON.parse(data) : String(data)))
  await once(socket, 'open')
  return { socket, heard, data: () => heard.filter((m) => m.type === 'message').map((m) => m.data) }
}

/** A client of the Centrifuge dialect that has connected without a token. */
async function centrifuge(server) {
  const socket = new WebSocket(`${server.wsUrl}/connection/websocket`)
  const replies = []
  const pushes = []
  socket.on('message', (frame) => {
    for (const line of String(frame).split('\n').filter(Boolean)) {
      const reply = JSON.parse(line)
      if (reply.id) replies.push(reply)
      else if (reply.push) pushes.push(reply.push)
    }
  })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }))
  await once(socket, 'open')
  let id = 0
  const command = (fields) => {
    const own = ++id
    socket.send(JSON.stringify({ id: own, ...fields }))
    return eventually(() => replies.find((reply) => reply.id === own), JSON.stringify(fields))
  }
  const { connect } = await command({ connect: {} })
  return { socket, closed, command, pushes, client: connect.client }
}

describe('HTTP API', () => {
  let server
  let folder
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-api-'))
    writeFileSync(join(folder, 'parley.toml'), CONFIG)
    server = await start({ args: ['--threads', '3', '--config', join(folder, 'parley.toml')] })
  })
  after(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  const post = (path, body, headers = { 'X-API-Key': 'first-key' }) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const call = async (method, body = {}) => (await post(`/api/${method}`, body)).json()
  const result = async (method, body) => {
    const reply = await call(method, body)
    assert.ok(reply.result, `${method} ${JSON.stringify(body)}: ${JSON.stringify(reply)}`)
    return reply.result
  }
  const errorCode = async (method, body) => (await call(method, body)).error?.code

  test('keys', async () => {
    const status = async (path, headers) => (await post(path, {}, headers)).status
    assert.equal(await status('/api/info', { 'X-API-Key': 'second-key' }), 200)
    assert.equal(await status('/api/info', { Authorization: 'apikey first-key' }), 200)
    assert.equal(await status('/api/info?api_key=first-key', {}), 200)
    assert.equal(await status('/api/info', {}), 401)
    assert.equal(await status('/api/info', { 'X-API-Key': 'first-ke' }), 401)
    assert.equal(await status('/api/nothing', {}), 401)
    const refused = await post('/api/info', {}, { 'X-API-Key': 'wrong' })
    assert.match((await refused.json()).error.message, /api\.keys/)
  })

  test('a publication reaches clients of every format, in one order', async () => {
    const raw = await plain(server, 'all', 'username=raw')
    const json = await plain(server, 'all', 'username=json&format=json')
    const sdk = await centrifuge(server)
    assert.ok((await sdk.command({ subscribe: { channel: 'all' } })).subscribe)
    const values = Array.from({ length: 30 }, (_, i) => (i % 2 ? { n: i } : `text ${i}`))
    const positions = []
    for (const [i, data] of values.entries()) {
      if (i % 3 === 0) {
        const { responses } = await result('broadcast', { channels: ['other', 'all'], data })
        positions.push(responses[1].result)
      } else {
        positions.push(await result('publish', { channel: 'all', data }))
      }
    }
    positions.forEach(({ offset, epoch }, i) => {
      assert.equal(offset, i + 1)
      assert.equal(epoch, positions[0].epoch)
    })
    const published = () => sdk.pushes.filter(({ pub }) => pub).map(({ pub }) => pub.data)
    await eventually(() => raw.heard.length === 30 && json.data().length === 30 && published().length === 30, 'all')
    assert.deepEqual(json.data(), values)
    assert.deepEqual(published(), values)
    assert.deepEqual(raw.heard, values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))))
    for (const { socket } of [raw, json, sdk]) socket.terminate()
  })

  test('history, tags, binary, versions, idempotency', async () => {
    await result('publish', { channel: 'h', data: { v: 1 }, tags: { a: 'b' } })
    await result('publish', { channel: 'h', b64data: Buffer.from([0, 255]).toString('base64') })
    const once = await result('publish', { channel: 'h', data: 'three', idempotency_key: 'k' })
    assert.deepEqual(await result('publish', { channel: 'h', data: 'three', idempotency_key: 'k' }), once)
    assert.deepEqual(await result('publish', { channel: 'h', data: 'gone', skip_history: true }), {})
    const { publications, offset, epoch } = await result('history', { channel: 'h', limit: -1 })
    assert.equal(offset, 3)
    assert.deepEqual(
      publications.map((p) => p.data),
      [{ v: 1 }, { base64: 'AP8=' }, 'three'],
    )
    assert.deepEqual(publications[0].tags, { a: 'b' })
    assert.ok(Math.abs(publications[0].time - Date.now()) < 60_000)
    const page = await result('history', { channel: 'h', limit: 1, since: { offset: 1, epoch } })
    assert.equal(page.publications[0].offset, 2)
    assert.equal(await errorCode('history', { channel: 'h', since: { offset: 1, epoch: 'gone' } }), 112)
    await result('history_remove', { channel: 'h' })
    assert.deepEqual((await result('history', { channel: 'h', limit: 9 })).publications, [])

    await result('publish', { channel: 'v', data: 'new', version: 5, version_epoch: 'a' })
    await result('publish', { channel: 'v', data: 'old', version: 4, version_epoch: 'a' })
    await result('publish', { channel: 'v', data: 'other', version: 1, version_epoch: 'b' })
    const versions = await result('history', { channel: 'v', limit: -1 })
    assert.deepEqual(
      versions.publications.map((p) => p.data),
      ['new', 'other'],
    )
  })

  test('refusals', async () => {
    assert.equal(await errorCode('publish', { channel: 'no:where', data: 1 }), 102)
    assert.equal(await errorCode('publish', { channel: 'small:x', data: 'longer than ten' }), 106)
    assert.equal(await errorCode('publish', { channel: 'x', data: 'x'.repeat(70_000) }), 106)
    assert.equal(await errorCode('presence', { channel: 'bare:x' }), 108)
    assert.equal(await errorCode('history', { channel: 'bare:x' }), 108)
    const mistyped = await call('publish', { chanel: 'x', data: 1 })
    assert.equal(mistyped.error.code, 107)
    assert.match(mistyped.error.message, /"chanel"; did you mean "channel"/)
    assert.equal((await post('/api/publsh', {})).status, 404)
    assert.equal((await fetch(`${server.url}/api/publish`)).status, 405)
    assert.equal((await post('/api/publish', `"${'x'.repeat(1 << 20)}"`)).status, 413)
    const strict = { 'X-API-Key': 'first-key', 'X-Centrifugo-Error-Mode': 'transport' }
    const bare = await post('/api/presence', { channel: 'no:x' }, strict)
    assert.equal(bare.status, 404)
    assert.equal((await bare.json()).code, 102)
  })

  test('subscribe, refresh, unsubscribe and disconnect act on the connections of a user', async () => {
    const user = await plain(server, 'lobby', 'username=ann&format=json')
    const other = await plain(server, 'lobby', 'username=bob&format=json')
    await result('subscribe', { user: 'ann', channel: 'news' })
    await result('publish', { channel: 'news', data: 'for ann' })
    await eventually(() => user.data().includes('for ann'), 'the server subscribed her')
    assert.ok(!other.data().includes('for ann'))
    await result('unsubscribe', { user: 'ann', channel: 'news' })
    await result('publish', { channel: 'news', data: 'too late' })
    await result('publish', { channel: 'lobby', data: 'last' })
    await eventually(() => user.data().includes('last'), 'the lobby')
    assert.ok(!user.data().includes('too late'))
    const closed = Promise.all([once(user.socket, 'close'), once(other.socket, 'close')])
    await result('disconnect', { user: 'ann' })
    await result('refresh', { user: 'bob', expired: true })
    const [[kicked], [expired]] = await closed
    assert.equal(kicked, 4003)
    assert.equal(expired, 4002)
  })

  test('presence, channels and info agree', async () => {
    const ann = [await plain(server, 'p1', 'username=ann'), await plain(server, 'p1', 'username=ann')]
    const sdk = await centrifuge(server)
    await sdk.command({ subscribe: { channel: 'p1' } })
    await eventually(async () => (await result('presence_stats', { channel: 'p1' })).num_clients === 3, 'all three')
    const { presence } = await result('presence', { channel: 'p1' })
    assert.equal(Object.keys(presence).length, 3)
    for (const [id, info] of Object.entries(presence)) assert.equal(info.client, id)
    assert.equal(presence[sdk.client].user, '')
    assert.deepEqual(await result('channels', { pattern: 'p[0-9]' }), { channels: { p1: { num_clients: 3 } } })
    const nodes = await Promise.all(Array.from({ length: 6 }, async () => (await result('info')).nodes))
    assert.equal(new Set(nodes.map(([node]) => node.uid)).size, 1)
    assert.ok(nodes[0][0].num_clients >= 3 && nodes[0][0].num_channels >= 1)
    for (const { socket } of [...ann, sdk]) socket.terminate()
  })

  test('a batch runs in order', async () => {
    const { replies } = await call('batch', {
      commands: [
        { publish: { channel: 'b', data: 1 } },
        { publish: { channel: 'no:b', data: 1 } },
        { history: { channel: 'b', limit: 5 } },
        { history_remove: { channel: 'b' } },
        { history: { channel: 'b', limit: 5 } },
      ],
    })
    assert.equal(replies[0].publish.offset, 1)
    assert.equal(replies[1].error.code, 102)
    assert.equal(replies[2].history.publications.length, 1)
    assert.deepEqual(replies[3], { history_remove: {} })
    assert.equal(replies[4].history.publications.length, 0)
    const inBody = await post('/api', { method: 'publish', params: { channel: 'b', data: 2 } })
    assert.equal((await inBody.json()).result.offset, 2)
  })

  test('the OpenAPI document describes what is served', async () => {
    const reply = await fetch(`${server.url}/api/openapi.json`)
    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('content-type'), /^application\/json/)
    const document = await reply.json()
    assert.match(document.openapi, /^3\.1\./)
    assert.ok(document.info.title && document.info.version)
    const resolve = (ref) =>
      ref
        .slice(2)
        .split('/')
        .reduce((node, name) => node?.[name], document)
    const refs = JSON.stringify(document).match(/"#\/[^"]*"/g)
    for (const ref of refs) assert.ok(resolve(JSON.parse(ref)), ref)
    const operations = new Set()
    for (const [path, { post: operation, ...rest }] of Object.entries(document.paths)) {
      assert.deepEqual(rest, {})
      assert.ok(!operations.has(operation.operationId))
      operations.add(operation.operationId)
      assert.ok(operation.requestBody.content['application/json'].schema, path)
      for (const response of Object.values(operation.responses)) assert.ok(response.description)
      assert.notEqual((await post(path, {})).status, 404, path)
    }
    for (const scheme of document.security.flatMap(Object.keys)) {
      assert.equal(document.components.securitySchemes[scheme].type, 'apiKey')
    }
  })

  test('requests are counted', async () => {
    const before = await server.metrics()
    await call('info')
    const after = await server.metrics()
    assert.equal(after.parley_api_requests_total, before.parley_api_requests_total + 1)
  })
})

test('without a key in the configuration the API is closed, and says how to open it', async () => {
  const server = await start()
  try {
    const reply = await fetch(`${server.url}/api/info`, { method: 'POST', headers: { 'X-API-Key': '' }, body: '{}' })
    assert.equal(reply.status, 401)
    assert.match((await reply.json()).error.message, /set api\.keys/)
  } finally {
    await server.stop()
  }
})
