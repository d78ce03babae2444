// Several shards under load: run with the thread sanitizer too. Clients on all shards, in shared rooms, coming and
// going, publishing and sending to each other; every survivor hears every message once, in one order.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import WebSocket from 'ws'

import { eventually, start } from '../support/server.mjs'

const CLIENTS = 24
const ROUNDS = 40

async function join(url) {
  const socket = new WebSocket(url)
  const client = { socket, heard: [] }
  socket.on('message', (data) => client.heard.push(JSON.parse(data)))
  await once(socket, 'open')
  return client
}

const messages = (client) => client.heard.filter(({ type }) => type === 'message')

test('one order for all, on three shards', { timeout: 120_000 }, async () => {
  const server = await start({ args: ['--threads', '3'] })
  const clients = []
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(await join(`${server.wsUrl}/room/tea?format=json&username=u${i}`))
  }
  await eventually(() => clients.every(({ heard }) => heard.some((m) => m.count === CLIENTS)), 'all are there')
  // Others come and go meanwhile.
  let churning = true
  const churn = (async () => {
    while (churning) {
      const guest = await join(`${server.wsUrl}/room/coffee?format=json&username=guest`)
      guest.socket.terminate()
    }
  })()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { socket }] of clients.entries()) {
      socket.send(JSON.stringify({ data: `${i}.${round}` }))
      if (round % 10 === 0) socket.send(JSON.stringify({ to: `u${(i + 1) % CLIENTS}`, data: 'direct' }))
      if (round % 10 === 5) socket.send(JSON.stringify({ type: 'who' }))
    }
  }
  const total = CLIENTS * ROUNDS
  const room = (client) => messages(client).filter((message) => message.room === 'tea')
  await eventually(() => clients.every((client) => room(client).length >= total), 'all heard all', 60_000)
  churning = false
  await churn
  const order = room(clients[0]).map(({ id }) => id)
  assert.equal(new Set(order).size, total)
  for (const client of clients) {
    assert.deepEqual(room(client).map(({ id }) => id), order)
    assert.equal(messages(client).filter(({ to }) => to !== undefined).length, ROUNDS / 10)
  }
  // Each publisher's own messages come in the order in which it sent them.
  for (let i = 0; i < CLIENTS; i++) {
    const own = room(clients[0]).filter(({ from }) => from === `u${i}`).map(({ data }) => data)
    assert.deepEqual(own, Array.from({ length: ROUNDS }, (_, round) => `${i}.${round}`))
  }
  for (const { socket } of clients) socket.close()
  await eventually(async () => {
    const figures = await server.metrics()
    return (
      figures.parley_sessions === 0 && figures.parley_channels === 0 && figures.parley_subscriptions === 0
    )
  }, 'no session, channel or subscription is left')
  await server.stop()
})
