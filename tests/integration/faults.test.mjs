// Clients that misbehave, one kind at a time, beside a crowd that behaves: the crowd notices nothing, memory stays
// bounded, and each offender meets the end that docs/errors.md gives it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'

import { Crowd } from '../support/crowd.mjs'
import { frame, RawClient } from '../support/raw.mjs'
import { eventually, start } from '../support/server.mjs'

const MiB = 1 << 20
const MESSAGE_BYTES = 64 << 10
const LIMITS = {
  // Long enough that a client which opens 1,000 connections on a busy machine is not late by itself.
  PARLEY_LIMITS__REQUEST_TIMEOUT: '2s',
  PARLEY_LIMITS__KEEP_ALIVE_TIMEOUT: '2s',
  PARLEY_LIMITS__MESSAGE_TIMEOUT: '1s',
  PARLEY_LIMITS__MESSAGE_BYTES: String(MESSAGE_BYTES),
  PARLEY_LIMITS__MESSAGE_FRAGMENTS: '100',
  PARLEY_LIMITS__OUTBOX_BYTES: String(256 << 10),
  PARLEY_LIMITS__PING_INTERVAL: '2s',
  PARLEY_LIMITS__PONG_TIMEOUT: '1s',
  PARLEY_LIMITS__CLOSE_TIMEOUT: '500ms',
  // A sanitizer keeps freed memory for a while; not more of it than the growth that a test allows.
  ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'quarantine_size_mb=8'].filter(Boolean).join(':'),
}
const HEALTHY = 4
const GROWTH_BYTES = 48 * MiB // far below what each offence would take if nothing bounded it
const SLOWEST_MS = 1000 // for the crowd; far below every time limit that an offender could make it wait for

let server
let crowd

before(async () => {
  server = await start({ env: LIMITS })
  crowd = await Crowd.join(`${server.wsUrl}/echo`, HEALTHY)
})

after(async () => {
  try {
    await crowd?.leave()
    assert.equal(crowd?.fault, null)
  } finally {
    await server?.stop()
  }
})

/** Commits an offence and checks that it harmed nobody and left nothing behind. */
async function unnoticed(offence) {
  const sent = crowd.sent
  const resident = server.residentBytes()
  let peak = resident
  const sampler = setInterval(() => (peak = Math.max(peak, server.residentBytes())), 20)
  crowd.slowest = 0
  try {
    await offence()
  } finally {
    clearInterval(sampler)
  }
  await eventually(async () => {
    const { parley_connections: connections, parley_sessions: sessions } = await server.metrics()
    return connections === HEALTHY + 1 && sessions === HEALTHY // and the one that asks for the metrics
  }, 'the offenders are gone from the tables')
  assert.equal(crowd.fault, null)
  assert.ok(crowd.sent > sent, 'the crowd went on talking')
  assert.ok(crowd.slowest < SLOWEST_MS, `the crowd waited ${crowd.slowest} ms`)
  assert.ok(peak - resident < GROWTH_BYTES, `memory grew by ${(peak - resident) / MiB} MiB`)
}

const reasons = async (reason) =>
  (await server.metrics())[`parley_errors_total{reason="${reason}"}`] ?? 0

/** Runs an offence and checks that the server has counted `count` more ends for this reason. */
async function counted(reason, count, offence) {
  const earlier = await reasons(reason)
  await offence()
  await eventually(
    async () => (await reasons(reason)) >= earlier + count,
    `${count} more of ${reason}`,
  )
}

const status = (client) =>
  Number(client.received.toString('latin1').match(/^HTTP\/1\.1 (\d+) /)?.[1])

test('a client that stops reading is cut when its outbox is full', async () => {
  await unnoticed(() =>
    counted('slow_consumer', 1, async () => {
      const earlier = (await server.metrics()).parley_slow_consumers_total
      const client = await RawClient.upgrade(server.port, '/echo?username=stalled')
      client.socket.pause()
      crowd.messageBytes = 16 << 10
      const cut = async () => (await server.metrics()).parley_slow_consumers_total > earlier
      await eventually(cut, 'the slow consumer is counted', 30_000)
      crowd.messageBytes = 64
      client.socket.resume()
      await client.end()
      assert.ok([undefined, 4001].includes(client.closeCode()), `close code ${client.closeCode()}`)
    }),
  )
})

test('a request that comes byte by byte is answered 408 at its deadline', async () => {
  await unnoticed(() =>
    counted('http_request_timeout', 3, async () => {
      const requests = [
        'GET /echo?message=hi HTTP/1.1\r\nHost: a\r\nX-Slow: ', // a header without end
        'GET /echo?message=', // a request line without end
        'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n', // a body without end
      ]
      await Promise.all(
        requests.map(async (begin) => {
          const client = await RawClient.open(server.port)
          const started = performance.now()
          client.send(begin)
          await client.trickle('a'.repeat(500), 40)
          await client.end()
          const ms = performance.now() - started
          assert.equal(status(client), 408, begin)
          assert.ok(ms > 1500 && ms < 10_000, `ended after ${ms} ms`)
        }),
      )
    }),
  )
})

test('a message that comes byte by byte is closed with 1008 at its deadline', async () => {
  await unnoticed(() =>
    counted('message_timeout', 1, async () => {
      const client = await RawClient.upgrade(server.port, '/echo?username=dribble')
      await client.trickle(frame(1, 'a'.repeat(1000)), 40)
      await client.end()
      assert.equal(client.closeCode(), 1008)
    }),
  )
})

test('a client that is always in the middle of some message, but finishes each, stays', async () => {
  await unnoticed(async () => {
    const client = await RawClient.upgrade(server.port, '/room/steady?username=steady')
    const message = frame(1, 'a'.repeat(200))
    const half = message.length / 2
    client.send(message.subarray(0, half))
    const count = 40 // for twice the time that one message may take
    for (let i = 0; i < count && !client.ended; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      client.send(Buffer.concat([message.subarray(half), message.subarray(0, half)]))
    }
    await client.until(() => client.frames().length >= count, 'echo of every message')
    client.destroy()
  })
})

test('a client that answers no ping is dropped', async () => {
  await unnoticed(() =>
    counted('pong_timeout', 1, async () => {
      const client = await RawClient.upgrade(server.port, '/room/silence?username=silent')
      await client.end()
      assert.ok(client.frames().some(({ opcode }) => opcode === 9))
      assert.equal(client.closeCode(), 1001)
    }),
  )
})

test('garbage instead of HTTP is refused', async () => {
  const noise = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 167 + 128) & 255))
  const garbage = [
    [noise, 400],
    [Buffer.from('16030100fa010000f60303', 'hex'), 400], // TLS on the plain port
    [frame(1, 'a frame, but no handshake'), 400],
    ['GET\r\n\r\n', 400],
    ['GET /echo HTTP/1.1\r\n\r\n', 400], // no Host
    ['GET /echo HTTP/1.1\nHost: a\n\n', 400], // bare line feeds
    ['GET /echo HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n', 400],
    ['GET /echo HTTP/1.1\r\nHost: a\r\nA: b\r\n folded\r\n\r\n', 400],
    [
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    [`GET /echo HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(500)}\r\n`, 431],
    [`GET /echo HTTP/1.1\r\nHost: a\r\nA: ${'b'.repeat(100_000)}\r\n\r\n`, 431],
  ]
  await unnoticed(async () => {
    for (const [bytes, expected] of garbage) {
      const client = await RawClient.open(server.port)
      client.send(bytes)
      await client.end()
      assert.equal(status(client), expected, String(bytes).slice(0, 60))
    }
  })
})

test('garbage instead of frames is closed with its code', async () => {
  const lengthOf = (high, low) => {
    const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])
    head.writeUInt32BE(high, 2)
    head.writeUInt32BE(low, 6)
    return head
  }
  const garbage = [
    ['reserved opcode', frame(3, 'a'), 1002],
    ['reserved control opcode', frame(11, 'a'), 1002],
    ['reserved bit', frame(1, 'a', { rsv: 2 }), 1002],
    ['compressed without agreement', frame(1, 'a', { rsv: 4 }), 1002],
    ['no mask', frame(1, 'a', { mask: false }), 1002],
    ['continuation of nothing', frame(0, 'a'), 1002],
    ['fragmented ping', frame(9, 'a', { fin: false }), 1002],
    ['long ping', frame(9, 'a'.repeat(126)), 1002],
    ['close with a code that may not be sent', frame(8, Buffer.from([3, 237])), 1002],
    ['close with half a code', frame(8, 'a'), 1002],
    ['negative length', lengthOf(0x80000000, 0), 1002],
    ['length that wraps', lengthOf(0x7fffffff, 0xffffffff), 1009],
    ['length over the limit', lengthOf(0, MESSAGE_BYTES + 1), 1009],
    ['text that is not UTF-8', frame(1, Buffer.from([0xc0, 0x80])), 1007],
    ['TLS', Buffer.from('16030100fa010000f60303', 'hex'), 1002],
    [
      'hoard of fragments',
      Buffer.concat([
        frame(1, 'a', { fin: false }),
        ...Array(200).fill(frame(0, 'a', { fin: false })),
      ]),
      1008,
    ],
  ]
  await unnoticed(async () => {
    for (const [name, bytes, expected] of garbage) {
      const client = await RawClient.upgrade(server.port, '/echo?username=garbage')
      client.send(bytes)
      await client.until(() => client.closeCode(), `close frame for ${name}`)
      await client.end()
      assert.equal(client.closeCode(), expected, name)
    }
  })
})

test('a compression bomb is closed with 1009', async () => {
  const bomb = deflateRawSync(Buffer.alloc(32 * MiB), { level: 9 })
  assert.ok(bomb.length < MESSAGE_BYTES, 'it passes every limit but the one on what it inflates to')
  await unnoticed(() =>
    counted('ws_message_too_big', 10, async () => {
      const offenders = Array.from({ length: 10 }, async (_, i) => {
        const client = await RawClient.upgrade(server.port, `/echo?username=bomb${i}`, {
          'Sec-WebSocket-Extensions': 'permessage-deflate',
        })
        assert.match(client.response, /Sec-WebSocket-Extensions: permessage-deflate/i)
        client.send(frame(1, bomb, { rsv: 4 }))
        await client.end()
        assert.equal(client.closeCode(), 1009)
      })
      await Promise.all(offenders)
    }),
  )
})

test('1,000 half-open handshakes are closed at their deadline', async () => {
  const begin =
    'GET /echo?username=half HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upg'
  await unnoticed(async () => {
    const offenders = Array.from({ length: 1000 }, async (_, i) => {
      const client = await RawClient.open(server.port)
      if (i % 2) client.send(begin)
      await client.end()
      if (i % 2) assert.equal(status(client), 408)
    })
    await Promise.all(offenders)
  })
})

test('the first client after a long silence has all its time', async () => {
  const idle = await start({
    args: ['--threads', '1'],
    env: { PARLEY_LIMITS__REQUEST_TIMEOUT: '2s' },
  })
  await new Promise((resolve) => setTimeout(resolve, 2500)) // no client, so nothing wakes the server
  const client = await RawClient.open(idle.port)
  await new Promise((resolve) => setTimeout(resolve, 200))
  client.send('GET /echo?message=hi HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await client.end()
  assert.equal(status(client), 200)
  await idle.stop()
})
