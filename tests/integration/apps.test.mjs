// What the web apps find: /app.json, their pages, and namespaces that need no configuration.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import WebSocket from 'ws'

import { Clients, join, next } from '../support/sdk.mjs'
import { start } from '../support/server.mjs'

const facts = async (server) => (await fetch(`${server.url}/app.json`)).json()

describe('the apps', () => {
  let server, clients
  before(async () => {
    server = await start()
    clients = new Clients(server)
  })
  after(async () => {
    clients.end()
    await server.stop()
  })

  const as = (user) => clients.connect({}, `?username=${user}`)

  test('/app.json tells the page its server', async () => {
    const { version, ...rest } = await facts(server)
    assert.match(version, /^\d+\.\d+\.\d+/)
    assert.deepEqual(rest, {
      name: 'parley',
      mode: 'development',
      demo: false,
      apps: true,
      paths: { centrifuge: '/connection/websocket', echo: '/echo', room: '/room' },
      limits: { message_bytes: 65536 },
      files: null,
    })
    const reply = await fetch(`${server.url}/app.json`)
    assert.equal(reply.headers.get('cache-control'), 'no-store')
  })

  test('inbox: anybody may write to Ann, and she alone reads it', async () => {
    const ann = await as('ann')
    const bob = await as('bob')
    const inbox = await join(ann, 'inbox:#ann')
    const told = next(inbox, 'publication')
    await bob.publish('inbox:#ann', { type: 'invite', channel: 'dm#ann,bob' })
    const { data, info } = await told
    assert.deepEqual(data, { type: 'invite', channel: 'dm#ann,bob' })
    assert.equal(info.user, 'bob')
    assert.equal((await inbox.history({ limit: 10 })).publications.length, 1)
    await assert.rejects(inbox.presence(), { code: 108 })

    await assert.rejects(bob.history('inbox:#ann', { limit: 10 }), { code: 103 })
    const other = bob.newSubscription('inbox:#ann')
    const refused = next(other, 'unsubscribed')
    other.subscribe()
    assert.equal((await refused).code, 103)
    const room = new WebSocket(`${server.wsUrl}/room/inbox%3A%23ann?username=bob`)
    const reply = await new Promise((resolve, reject) => {
      room.on('unexpected-response', (_, reply) => resolve(reply)).on('open', reject)
    })
    assert.equal(reply.statusCode, 403)
  })

  test('live: is heard and not kept', async () => {
    const ann = await as('ann')
    const bob = await as('bob')
    const heard = next(await join(ann, 'live:tea'), 'publication')
    const live = await join(bob, 'live:tea')
    await live.publish({ type: 'typing' })
    assert.deepEqual((await heard).data, { type: 'typing' })
    await assert.rejects(live.history({ limit: 10 }), { code: 108 })

    const cy = clients.make({}, '?username=cy')
    cy.connect()
    const theirs = cy.newSubscription('live:dm#ann,bob')
    const refused = next(theirs, 'unsubscribed')
    theirs.subscribe()
    assert.equal((await refused).code, 103)
  })

  test('track: keeps the comments of each segment', async () => {
    const ann = await as('ann')
    const segment = await join(ann, 'track:show.2')
    await segment.publish({ type: 'comment', id: '1', text: 'here', at: 130_000 })
    const kept = await segment.history({ limit: 10 })
    assert.deepEqual(
      kept.publications.map(({ data }) => data.at),
      [130_000],
    )
  })
})

test('http.apps=false: no pages, no namespaces', async () => {
  const server = await start({ args: ['--set', 'http.apps=false'] })
  const clients = new Clients(server)
  try {
    assert.equal((await facts(server)).apps, false)
    for (const path of ['/chat', '/chat/tea', '/danmaku', '/lab']) {
      assert.equal((await fetch(server.url + path)).status, 404, path)
    }
    assert.equal((await fetch(`${server.url}/room/tea`)).status, 200)
    const ann = await clients.connect({}, '?username=ann')
    await assert.rejects(ann.publish('live:tea', {}), { code: 102 })
  } finally {
    clients.end()
    await server.stop()
  }
})

test('a secret key of the API is never told', async () => {
  const server = await start({ command: 'demo', args: ['--api-key', 'my-own-secret-key'] })
  try {
    const told = await facts(server)
    assert.equal(told.demo, true)
    assert.equal('api_key' in told, false)
  } finally {
    await server.stop()
  }
})
