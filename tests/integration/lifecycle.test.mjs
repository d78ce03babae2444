// The program: where it listens, what it says, how it stops.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

import WebSocket from 'ws'

import { binary, eventually, start } from '../support/server.mjs'

const folder = mkdtempSync(join(tmpdir(), 'parley-'))
after(() => rmSync(folder, { recursive: true }))

async function run(args, env = {}) {
  const child = spawn(binary, args, { env: { ...process.env, ...env } })
  let text = ''
  child.stdout.on('data', (data) => (text += data))
  child.stderr.on('data', (data) => (text += data))
  const [code] = await once(child, 'close')
  return { code, text }
}

async function open(url, options) {
  const socket = new WebSocket(url, options)
  await once(socket, 'open')
  return socket
}

async function echo(socket) {
  socket.send('there and back')
  const [data] = await once(socket, 'message')
  assert.equal(data.toString(), 'there and back')
}

const statusOf = (make, options) =>
  new Promise((resolve, reject) => {
    make(options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

test('plain, TLS, IPv6 and Unix listeners side by side, one room', async () => {
  const path = join(folder, 'parley.sock')
  const server = await start({
    args: ['--listen', 'https://127.0.0.1:0', '--listen', '[::1]:0', '--listen', `unix:${path}`, '--tls', 'self'],
    listeners: 4,
  })
  const [, secure, six] = server.addresses
  const sockets = [
    await open(`${server.wsUrl}/room/all`),
    await open(`${secure.replace('https', 'wss')}/room/all`, { rejectUnauthorized: false }),
    await open(`${six.replace('http', 'ws')}/room/all`),
    await open(`ws+unix://${path}:/room/all`),
  ]
  const heard = sockets.map((socket) => once(socket, 'message'))
  sockets[1].send('to all')
  for (const [data] of await Promise.all(heard)) assert.equal(data.toString(), 'to all')
  const port = Number(new URL(secure).port)
  const options = { host: '127.0.0.1', port, path: '/health', rejectUnauthorized: false }
  assert.equal(await statusOf(secureRequest, options), 200)
  assert.equal(await statusOf(request, { socketPath: path, path: '/health' }), 200)
  await server.stop()
  assert.ok(!existsSync(path), 'the Unix socket is removed')
})

test('TLS with a certificate from files, large messages both ways', async () => {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const made = spawn('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', certificate],
  ])
  assert.deepEqual(await once(made, 'close'), [0, null])
  const server = await start({
    listen: 'https://127.0.0.1:0',
    args: ['--tls', `${certificate},${key}`],
    env: { PARLEY_LIMITS__MESSAGE_BYTES: '4MiB' },
  })
  const socket = await open(`${server.wsUrl}/echo`, { rejectUnauthorized: false, perMessageDeflate: false })
  const large = Buffer.alloc(4 << 20, 'tls ')
  for (let i = 0; i < 3; i++) {
    socket.send(large)
    const [data] = await once(socket, 'message')
    assert.ok(large.equals(data))
  }
  socket.close()
  await server.stop()
})

test('SIGTERM says goodbye with 1001, spread, and ends with 0', async () => {
  const server = await start()
  const sockets = []
  for (let i = 0; i < 20; i++) sockets.push(await open(`${server.wsUrl}/echo`))
  const closed = sockets.map((socket) => once(socket, 'close'))
  await server.stop()
  for (const [code, reason] of await Promise.all(closed)) {
    assert.equal(code, 1001)
    assert.equal(reason.toString(), 'shutdown')
  }
})

test('a client that does not let go is cut at the deadline', async () => {
  const server = await start({
    env: { PARLEY_SERVER__DRAIN_TIMEOUT: '300ms', PARLEY_LIMITS__CLOSE_TIMEOUT: '60s' },
  })
  const socket = await open(`${server.wsUrl}/echo`)
  socket._socket.pause()
  await server.stop()
})

test('a second signal ends at once', async () => {
  const server = await start({
    env: { PARLEY_SERVER__DRAIN_TIMEOUT: '60s', PARLEY_LIMITS__CLOSE_TIMEOUT: '60s' },
  })
  const socket = await open(`${server.wsUrl}/echo`)
  socket.on('error', () => {})
  socket._socket.pause()
  server.signal('SIGTERM')
  await eventually(() => server.stderr.includes('stopping'), 'it has heard the first signal')
  server.signal('SIGTERM')
  const { code } = await server.ended
  assert.equal(code, 1)
})

test('a port in use is a clear error', async () => {
  const server = await start()
  const { code, text } = await run(['serve', '--listen', `127.0.0.1:${server.port}`])
  assert.equal(code, 1)
  assert.match(text, /cannot listen on http:\/\/127\.0\.0\.1:\d+: another program uses this port/)
  await server.stop()
})

test('without a token secret only this machine may be served', async () => {
  const { code, text } = await run(['serve', '--listen', '0.0.0.0:0'])
  assert.equal(code, 2)
  assert.match(text, /token_secret/)
})

test('with a token secret, the token decides who one is', async () => {
  const secret = 'a secret of at least thirty-two bytes'
  const server = await start({ env: { PARLEY_SERVER__TOKEN_SECRET: secret } })
  const refused = new WebSocket(`${server.wsUrl}/echo?username=ann&token=made-up-token`)
  const [, response] = await once(refused, 'unexpected-response')
  assert.equal(response.statusCode, 401)
  response.destroy()
  const { createHmac } = await import('node:crypto')
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'ann' })}`
  const token = `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
  await echo(await open(`${server.wsUrl}/echo?username=ann&token=${token}`))
  const other = new WebSocket(`${server.wsUrl}/echo?username=bob&token=${token}`)
  const [, forged] = await once(other, 'unexpected-response')
  assert.equal(forged.statusCode, 401)
  forged.destroy()
  await server.stop()
  assert.ok(!server.stderr.includes(token.slice(-20)), 'no token in the log')
  assert.ok(!server.stderr.includes('made-up-token'), 'no token in the log')
})

test('a file with faults is refused with their places', async () => {
  const file = join(folder, 'parley.toml')
  writeFileSync(file, '[server]\nlisten = ["127.0.0.1:0"]\ntreads = 2\n\n[limits]\nmessage_bytes = "a lot"\n')
  const { code, text } = await run(['serve', '-c', file])
  assert.equal(code, 2)
  assert.match(text, /parley\.toml:3:1.*treads.*threads/)
  assert.match(text, /parley\.toml:6:\d+.*message_bytes/)
})

test('demo needs nothing and says what to try', async () => {
  const server = await start({ command: 'demo' })
  const text = server.stdout.join('\n')
  assert.match(text, /curl '.*\/echo\?message=hi'/)
  await echo(await open(`${server.wsUrl}/echo`))
  await server.stop()
})

test('connections beyond the limits are told to come later', async () => {
  const server = await start({ env: { PARLEY_LIMITS__CONNECTIONS_PER_ADDRESS: '2' } })
  const first = await open(`${server.wsUrl}/echo`)
  await open(`${server.wsUrl}/echo`)
  const third = new WebSocket(`${server.wsUrl}/echo`)
  third.on('error', () => {})
  const [, response] = await once(third, 'unexpected-response')
  assert.equal(response.statusCode, 503)
  response.destroy()
  first.close()
  await once(first, 'close')
  await eventually(async () => {
    const again = new WebSocket(`${server.wsUrl}/echo`)
    again.on('error', () => {})
    const outcome = await Promise.race([
      once(again, 'open').then(() => true),
      once(again, 'unexpected-response').then(([, reply]) => reply.destroy() && false),
      once(again, 'close').then(() => false),
    ])
    return outcome
  }, 'the freed place can be taken')
  await server.stop()
})

test('an idle client is pinged, and dropped when it does not answer', async () => {
  const server = await start({
    env: { PARLEY_LIMITS__PING_INTERVAL: '200ms', PARLEY_LIMITS__PONG_TIMEOUT: '200ms' },
  })
  const good = await open(`${server.wsUrl}/echo?username=good`)
  const silent = await open(`${server.wsUrl}/echo?username=silent`, { autoPong: false })
  const [code, reason] = await once(silent, 'close')
  assert.equal(code, 1001)
  assert.equal(reason.toString(), 'pong_timeout')
  await echo(good)
  await server.stop()
})

test('a TLS reader that stalls and then vanishes harms nobody', async () => {
  const server = await start({
    args: ['--listen', 'https://127.0.0.1:0', '--tls', 'self'],
    env: { PARLEY_LIMITS__MESSAGE_BYTES: '1MiB', PARLEY_LIMITS__OUTBOX_BYTES: '64MiB' },
    listeners: 2,
  })
  const secure = server.addresses[1].replace('https', 'wss')
  const stalled = await open(`${secure}/echo`, { rejectUnauthorized: false, perMessageDeflate: false })
  stalled._socket.pause()
  const talker = await open(`${server.wsUrl}/echo`, { perMessageDeflate: false })
  const large = Buffer.alloc(1 << 20, 'x')
  for (let i = 0; i < 16; i++) {
    talker.send(large)
    await once(talker, 'message')
  }
  stalled.terminate() // with bytes unread, so this is a reset
  await eventually(async () => (await server.metrics()).parley_sessions === 1, 'the stalled one is gone')
  await echo(talker)
  await server.stop()
})
