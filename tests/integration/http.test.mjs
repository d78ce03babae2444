// HTTP on the same URL as the WebSocket: what curl and browsers see, and what request smugglers see.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { frame, RawClient } from '../support/raw.mjs'
import { eventually, start } from '../support/server.mjs'

describe('HTTP', () => {
  let server
  before(async () => {
    server = await start({ args: ['--allow-origin', 'https://app.example'] })
  })
  after(() => server.stop())

  const get = (path, options) => fetch(server.url + path, options)

  /** Sends bytes, waits for `count` status lines or the end, and returns all that came. */
  async function talk(bytes, count = 1) {
    const client = await RawClient.open(server.port)
    client.send(bytes)
    const answers = () => client.received.toString('latin1').match(/HTTP\/1\.1 \d+/g) ?? []
    await client.until(() => answers().length >= count || client.ended, `${count} answers`)
    client.destroy()
    return { text: client.received.toString(), statuses: answers().map((line) => Number(line.slice(9))) }
  }

  test('GET /echo?message answers the message as plain text', async () => {
    const reply = await get('/echo?message=' + encodeURIComponent('<script>alert(1)</script> 你好'))
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(await reply.text(), '<script>alert(1)</script> 你好')
  })

  test('GET /echo?message takes raw UTF-8, as curl sends it', async () => {
    const { text, statuses } = await talk('GET /echo?message=你好 HTTP/1.1\r\nHost: localhost\r\n\r\n')
    assert.deepEqual(statuses, [200])
    assert.ok(text.endsWith('你好'), text)
  })

  test('the page is served at every app, at /echo and in every room, with its policy', async () => {
    const apps = ['/', '/chat', '/chat/tea', '/danmaku', '/danmaku/show/track', '/lab']
    for (const path of [...apps, '/echo', '/room/tea', '/room/%E8%8C%B6']) {
      const reply = await get(path)
      assert.equal(reply.status, 200, path)
      assert.match(reply.headers.get('content-type'), /^text\/html/)
      assert.match(reply.headers.get('content-security-policy'), /default-src 'self'/)
      assert.match(await reply.text(), /<!doctype html>/i)
    }
  })

  test('other paths are no pages', async () => {
    for (const path of ['/chats', '/lab/x', '/danmak', '/index']) {
      assert.equal((await get(path)).status, 404, path)
    }
  })

  test('who lost the way in a browser gets the page all the same, and a reload does, too', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const page = await get('/chats', { headers: browser })
    assert.equal(page.status, 404)
    assert.match(page.headers.get('content-type'), /^text\/html/)
    assert.match(page.headers.get('content-security-policy'), /default-src 'self'/)
    assert.equal(page.headers.get('etag'), null)
    assert.match(await page.text(), /<!doctype html>/i)
    const { headers } = await get('/')
    const again = await get('/chats', { headers: { ...browser, 'if-none-match': headers.get('etag') } })
    assert.equal(again.status, 404)
    const post = await get('/chats', { method: 'POST', headers: browser })
    assert.equal((await post.json()).error.code, 203)
  })

  test('the page is not sent twice: ETag, HEAD, ranges', async () => {
    const page = await get('/', { headers: { 'accept-encoding': 'identity' } })
    const etag = page.headers.get('etag')
    const body = await page.text()
    assert.equal((await get('/', { headers: { 'if-none-match': etag, 'accept-encoding': 'identity' } })).status, 304)
    const head = await get('/', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    assert.equal(Number(head.headers.get('content-length')), Buffer.byteLength(body))
    const part = await get('/', { headers: { range: 'bytes=0-9', 'accept-encoding': 'identity' } })
    assert.equal(part.status, 206)
    assert.equal(await part.text(), body.slice(0, 10))
  })

  test('assets are sent compressed and kept for ever', async () => {
    const page = await (await get('/')).text()
    const script = page.match(/src="(\/assets\/[^"]+\.js)"/)?.[1]
    if (!script) return // built without the web app
    const reply = await get(script)
    assert.match(reply.headers.get('cache-control'), /immutable/)
    assert.equal(reply.headers.get('content-encoding'), 'gzip')
  })

  test('health and metrics', async () => {
    assert.deepEqual(await (await get('/health')).json(), {
      status: 'ok',
      storage: 'none',
      files: 'none',
    })
    const metrics = await (await get('/metrics')).text()
    assert.match(metrics, /^parley_connections \d+$/m)
  })

  test('faults are told in JSON with a number and a name', async () => {
    const reply = await get('/nothing-here')
    assert.equal(reply.status, 404)
    const { error } = await reply.json()
    assert.equal(error.code, 203)
    assert.equal(error.name, 'http_not_found')
    const wrong = await get('/health', { method: 'POST' })
    assert.equal(wrong.status, 405)
    assert.match(wrong.headers.get('allow'), /GET/)
  })

  test('pipelined requests are answered in order', async () => {
    const one = (n) => `GET /echo?message=n${n} HTTP/1.1\r\nHost: localhost\r\n\r\n`
    const { text } = await talk(one(1) + one(2) + one(3), 3)
    assert.deepEqual(text.match(/n\d/g), ['n1', 'n2', 'n3'])
  })

  test('pipelined requests wait while nobody reads their answers', async (context) => {
    const REQUESTS = 400
    const BYTES = 300_000
    const folder = mkdtempSync(join(tmpdir(), 'parley-page-'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'large.js'), '/'.repeat(BYTES))
    const own = await start({ env: { PARLEY_HTTP__WEB_ROOT: folder } })
    context.after(async () => {
      await own.stop()
      rmSync(folder, { recursive: true })
    })
    const served = async () => (await own.metrics()).parley_http_requests_total
    const before = await served()

    const client = await RawClient.open(own.port)
    context.after(() => client.destroy())
    client.socket.pause()
    client.send('GET /large.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(REQUESTS))
    // The kernel takes some; then it stands still.
    let last = before
    await eventually(async () => {
      const now = await served()
      const still = now === last + 1 // the one that asks
      last = now
      return still && now > before + 2
    }, 'the server to wait')
    assert.ok(last - before < REQUESTS / 2, `${last - before} answers wait`)

    let bytes = 0
    client.socket.removeAllListeners('data')
    client.socket.on('data', (piece) => (bytes += piece.length))
    client.socket.resume()
    await eventually(() => bytes > REQUESTS * BYTES, 'all answers')
  })

  describe('an answer that is read slowly', () => {
    const KEPT = 250
    const DATA = 'x'.repeat(120_000)
    const KEY = 'known-to-the-test'

    /** One answer of 30 MB, in one piece. */
    async function ask(context, limits, header = '') {
      const env = { PARLEY_API__KEYS: KEY, PARLEY_LIMITS__MESSAGE_BYTES: '1MiB', ...limits }
      const own = await start({ env })
      context.after(() => own.stop())
      for (let i = 0; i < KEPT; i++) {
        const body = JSON.stringify({ channel: 'large', data: DATA })
        const headers = { 'X-API-Key': KEY, connection: 'close' }
        await fetch(`${own.url}/api/publish`, { method: 'POST', headers, body })
      }
      const body = JSON.stringify({ channel: 'large', limit: KEPT })
      const socket = connect(own.port, '127.0.0.1')
      socket.on('error', () => {})
      context.after(() => socket.destroy())
      socket.pause()
      socket.write(
        `POST /api/history HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${KEY}\r\n${header}` +
          `Content-Length: ${body.length}\r\n\r\n${body}`,
      )
      await once(socket, 'readable')
      let bytes = 0
      return {
        own,
        all: () => bytes > KEPT * DATA.length,
        /** A little at a time, until `enough`. */
        sip: (enough, what) =>
          eventually(async () => {
            bytes += socket.read()?.length ?? 0
            return enough()
          }, what),
        async gulp() {
          socket.on('data', (piece) => (bytes += piece.length))
          socket.resume()
          if (!socket.closed) await once(socket, 'close')
        },
      }
    }

    const CASES = [
      ['a connection that ends', { PARLEY_LIMITS__CLOSE_TIMEOUT: '10ms' }, 500, 'Connection: close\r\n'],
      ['one that stays', { PARLEY_LIMITS__KEEP_ALIVE_TIMEOUT: '3s' }, 4000, ''],
    ]
    for (const [what, limits, longer, header] of CASES) {
      test(`comes whole, however long that takes, on ${what}`, async (context) => {
        const { sip, gulp, all } = await ask(context, limits, header)
        const begun = performance.now()
        await sip(() => performance.now() - begun > longer, 'more time than the limit')
        assert.ok(!all(), 'too fast to tell anything')
        await gulp()
        assert.ok(all())
      })
    }

    test('is cut when it is read more slowly than limits.answer_rate', async (context) => {
      const limits = { PARLEY_LIMITS__ANSWER_RATE: '1GiB', PARLEY_LIMITS__KEEP_ALIVE_TIMEOUT: '2s' }
      const { own, sip, gulp, all } = await ask(context, limits)
      await sip(async () => {
        const metrics = await own.metrics()
        return metrics['parley_errors_total{reason="slow_consumer"}'] === 1
      }, 'the cut')
      await gulp()
      assert.ok(!all())
    })
  })

  test('refusals of broken requests can be read by the pages that are let in', async () => {
    const head = 'HTTP/1.1\r\nHost: x\r\nOrigin: https://app.example\r\n'
    const large = await talk(`POST /echo ${head}Content-Length: 99999999\r\n\r\n`)
    assert.deepEqual(large.statuses, [413])
    assert.match(large.text, /Access-Control-Allow-Origin: https:\/\/app\.example/)
    const broken = await talk(`HEAD /health ${head}\r\nGET /\x00 HTTP/1.1\r\n\r\n`, 2)
    assert.deepEqual(broken.statuses, [200, 400])
    assert.match(broken.text, /"name":"http_bad_request"/, 'what follows a HEAD has its body')
  })

  test('a request byte by byte is a request', async () => {
    const client = await RawClient.open(server.port)
    await client.trickle('GET /echo?message=slow HTTP/1.1\r\nHost: localhost\r\n\r\n', 1)
    await client.until(() => client.received.includes('slow'), 'the answer')
    client.destroy()
  })

  test('frames right behind the handshake are not lost', async () => {
    const client = await RawClient.open(server.port)
    client.send(
      Buffer.concat([
        Buffer.from(
          'GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
            'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        ),
        frame(1, 'early bird'),
      ]),
    )
    await client.until(() => client.received.includes('early bird'), 'the echo')
    assert.match(client.received.toString('latin1'), /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i)
    client.destroy()
  })

  const smuggled = {
    'both lengths': 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'two lengths': 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
    'bare line feeds': 'GET /echo HTTP/1.1\nHost: x\n\n',
    'a folded header': 'GET /echo HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n',
    'a space before the colon': 'GET /echo HTTP/1.1\r\nHost : x\r\n\r\n',
    'no host': 'GET /echo HTTP/1.1\r\n\r\n',
    garbage: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  }
  for (const [what, bytes] of Object.entries(smuggled)) {
    test(`${what}: 400 and closed`, async () => {
      const client = await RawClient.open(server.port)
      client.send(bytes)
      await client.end()
      assert.match(client.received.toString(), /^HTTP\/1\.1 400 /)
    })
  }

  const faults = {
    'too long a request line': [414, `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    'too many headers': [431, `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(200)}\r\n`],
    'too large a body': [413, 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n'],
    'an unknown version': [505, 'GET / HTTP/3.0\r\nHost: x\r\n\r\n'],
  }
  for (const [what, [status, bytes]] of Object.entries(faults)) {
    test(`${what}: ${status}`, async () => {
      const { statuses } = await talk(bytes)
      assert.deepEqual(statuses, [status])
    })
  }

  describe('WebSocket handshake', () => {
    const good = {
      Host: 'localhost',
      Upgrade: 'websocket',
      Connection: 'keep-alive, Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const request = (headers, line = 'GET /echo HTTP/1.1') =>
      `${line}\r\n${Object.entries(headers)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`

    const cases = {
      'is accepted': [101, request(good)],
      'of another version: 426 and which one': [426, request({ ...good, 'Sec-WebSocket-Version': '8' })],
      'without a version: 426': [426, request({ ...good, 'Sec-WebSocket-Version': null })],
      'without a key: 400': [400, request({ ...good, 'Sec-WebSocket-Key': null })],
      'with a short key: 400': [400, request({ ...good, 'Sec-WebSocket-Key': 'c2hvcnQ=' })],
      'without Connection: Upgrade: 400': [400, request({ ...good, Connection: 'close' })],
      'by POST: 405': [405, request(good, 'POST /echo HTTP/1.1')],
      'at a wrong path: 404': [404, request(good, 'GET /nowhere HTTP/1.1')],
      'from a foreign page: 403': [403, request({ ...good, Origin: 'https://evil.example' })],
      'from a page of a longer name: 403': [403, request({ ...good, Origin: 'https://app.example.evil.com' })],
      'from a sandboxed page: 403': [403, request({ ...good, Origin: 'null' })],
      'from a rebound name: 403': [
        403,
        request({ ...good, Host: 'evil.example:8000', Origin: 'http://evil.example:8000' }),
      ],
      'from a page that is let in': [101, request({ ...good, Origin: 'https://app.example' })],
      'from our own page': [101, request({ ...good, Origin: 'http://localhost' })],
    }
    for (const [what, [status, bytes]] of Object.entries(cases)) {
      test(what, async () => {
        const { text, statuses } = await talk(bytes)
        assert.deepEqual(statuses, [status])
        if (status === 426) assert.match(text, /Sec-WebSocket-Version: 13/i)
        if (status === 403) assert.match(text, /--allow-origin/)
      })
    }
  })

  test('a foreign page may not even read over HTTP', async () => {
    const reply = await get('/echo?message=x', { headers: { origin: 'https://evil.example' } })
    assert.equal(reply.status, 403)
    const allowed = await get('/echo?message=x', { headers: { origin: 'https://app.example' } })
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example')
  })
})

test('http.web_root: the pages come from a folder, as it is now', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-web-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>one')
  const server = await start({ env: { PARLEY_HTTP__WEB_ROOT: folder } })
  try {
    const page = async (path) => (await fetch(server.url + path)).text()
    assert.equal(await page('/chat/tea'), '<!doctype html>one')
    writeFileSync(join(folder, 'index.html'), '<!doctype html>two')
    writeFileSync(join(folder, 'new.js'), 'export {}')
    assert.equal(await page('/'), '<!doctype html>two')
    assert.equal(await page('/new.js'), 'export {}')
    const reply = await fetch(server.url)
    assert.match(reply.headers.get('content-security-policy'), /default-src 'self'/)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})
