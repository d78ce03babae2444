// Polling over HTTP: the same messages, people and refusals as on a WebSocket.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'

import WebSocket from 'ws'

import { start } from '../support/server.mjs'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
function sign(claims) {
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`
}

describe('polling', () => {
  let server
  before(async () => (server = await start()))
  after(() => server.stop())

  const poll = (room, query = '') => fetch(`${server.url}/room/${encodeURIComponent(room)}/messages${query}`)

  async function speaker(room, user) {
    const socket = new WebSocket(`${server.wsUrl}/room/${encodeURIComponent(room)}?username=${user}&format=json`)
    await once(socket, 'open')
    let refs = 0
    return {
      say(data) {
        const ref = String(++refs)
        const acknowledged = new Promise((resolve) => {
          socket.on('message', (text) => {
            const said = JSON.parse(text)
            if (said.type === 'ack' && said.ref === ref) resolve(said)
          })
        })
        socket.send(JSON.stringify({ data, ref }))
        return acknowledged
      },
      end: () => socket.close(),
    }
  }

  test('goes on where the last poll ended, and sees what a WebSocket sees', async () => {
    const ann = await speaker('茶', 'ann')
    const empty = await (await poll('茶')).json()
    assert.deepEqual(empty.messages, [])
    const { id } = await ann.say('one')
    await ann.say({ two: 2 })
    const reply = await poll('茶', `?since=${empty.position}&limit=1`)
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('content-type'), 'application/json')
    assert.equal(reply.headers.get('cache-control'), 'no-store')
    const first = await reply.json()
    const { time, ...message } = first.messages[0]
    assert.ok(Math.abs(Date.now() - time) < 60_000)
    assert.deepEqual(message, { type: 'message', id, room: '茶', from: 'ann', data: 'one', ref: '1' })
    assert.equal(first.recovered, true)
    assert.equal(first.position, id)
    const second = await (await poll('茶', `?since=${first.position}`)).json()
    assert.deepEqual(
      second.messages.map(({ data }) => data),
      [{ two: 2 }],
    )
    const third = await (await poll('茶', `?since=${second.position}`)).json()
    assert.deepEqual(third.messages, [])
    assert.equal(third.position, second.position)
    ann.end()
  })

  test('refuses as the rest of the server does', async () => {
    const cases = [
      ['no:tea', '', 404, 'unknown_namespace'],
      ['tea', '?since=x', 400, 'http_bad_request'],
      ['tea', '?limit=0', 400, 'http_bad_request'],
      ['inbox:#ann', '?username=bob', 403, 'permission_denied'],
      ['live:tea', '', 404, 'not_available'],
      ['a/b', '', 400, 'bad_room_name'],
    ]
    for (const [room, query, status, name] of cases) {
      const reply = await poll(room, query)
      assert.equal(reply.status, status, room + query)
      assert.equal((await reply.json()).error.name, name, room + query)
    }
    const figures = await server.metrics()
    assert.ok(figures['parley_errors_total{reason="bad_room_name"}'] >= 1)
    const posted = await fetch(`${server.url}/room/tea/messages`, { method: 'POST' })
    assert.equal(posted.status, 405)
  })

  test('the room called "messages" still has its page', async () => {
    const page = await fetch(`${server.url}/room/messages`)
    assert.match(page.headers.get('content-type'), /^text\/html/)
  })
})

test('with a key, polling takes a token in the header or in the URL', async () => {
  const server = await start({ env: { PARLEY_SERVER__TOKEN_SECRET: SECRET } })
  try {
    const status = async (query, headers = {}) =>
      (await fetch(`${server.url}/room/dm%23ann,bob/messages${query}`, { headers })).status
    const ann = sign({ sub: 'ann' })
    assert.equal(await status('', { authorization: `Bearer ${ann}` }), 200)
    assert.equal(await status(`?token=${ann}`), 200)
    assert.equal(await status('?username=ann'), 401)
    assert.equal(await status('', { authorization: `Basic ${ann}` }), 401)
    assert.equal(await status('', { authorization: `Bearer ${sign({ sub: 'cy' })}` }), 403)
  } finally {
    await server.stop()
  }
})
