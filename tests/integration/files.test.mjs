// Files over real sockets: the tus protocol as any of its clients speaks it, one POST as curl does it, what is served
// back, who may do what, and a server that is killed in the middle.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { execFileSync } from 'node:child_process'

import { RawClient } from '../support/raw.mjs'
import { binary, eventually, start } from '../support/server.mjs'

const MiB = 1 << 20
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(5 * MiB)])
const CHUNK = 512 << 10
const TUS = { 'Tus-Resumable': '1.0.0' }
const metadata = (fields) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

/** Speaks tus to one server, as a user. */
function client(server, { user = 'ann', headers = {} } = {}) {
  const own = { ...TUS, ...headers }
  const create = (size, { name = 'cat.png', type = 'image/png', body, extra = {} } = {}) =>
    fetch(`${server.url}/files${user ? `?username=${user}` : ''}`, {
      method: 'POST',
      headers: {
        ...own,
        'Upload-Length': String(size),
        'Upload-Metadata': metadata({ filename: name, filetype: type }),
        ...(body ? { 'Content-Type': 'application/offset+octet-stream' } : {}),
        ...extra,
      },
      body,
    })
  const at = (location) => new URL(location, server.url)
  const head = (location) => fetch(at(location), { method: 'HEAD', headers: own })
  const patch = (location, offset, body, extra = {}) =>
    fetch(at(location), {
      method: 'PATCH',
      headers: {
        ...own,
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(offset),
        ...extra,
      },
      body,
    })
  const remove = (location) => fetch(at(location), { method: 'DELETE', headers: own })
  /** From wherever the server is to the end, in chunks. */
  async function goOn(location, bytes) {
    const reply = await head(location)
    assert.equal(reply.status, 200)
    let offset = Number(reply.headers.get('upload-offset'))
    while (offset < bytes.length) {
      const sent = await patch(location, offset, bytes.subarray(offset, offset + CHUNK))
      assert.equal(sent.status, 204, await sent.text())
      offset = Number(sent.headers.get('upload-offset'))
    }
  }
  async function upload(bytes, options) {
    const created = await create(bytes.length, options)
    assert.equal(created.status, 201, await created.text())
    const location = created.headers.get('location')
    await goOn(location, bytes)
    return location
  }
  return { create, head, patch, remove, goOn, upload, at }
}
const info = async (server, location) => (await fetch(new URL(location, server.url))).json()
const error = async (reply) => ({
  status: reply.status,
  ...(await reply.json()).error,
})
const post = (server, query, body, headers = {}) =>
  fetch(`${server.url}/files?${query}`, { method: 'POST', headers, body })

const folder = mkdtempSync(join(tmpdir(), 'parley-files-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

/** A server that ends with its test. */
async function serve(t, env) {
  const server = await start({ env })
  t.after(() => server.stop())
  return server
}

describe('files', () => {
  let server
  before(async () => {
    server = await start({
      args: ['--threads', '2', '--allow-origin', 'https://app.example'],
      env: {
        // A sanitizer keeps freed memory for a while; not more than a test allows.
        ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'quarantine_size_mb=8'].filter(Boolean).join(':'),
        PARLEY_FILES__PATH: join(folder, 'main'),
        PARLEY_FILES__UPLOADS: '3',
        PARLEY_FILES__MAX_BYTES: '6MiB',
      },
    })
  })
  after(() => server.stop())

  test('an upload in chunks comes back byte for byte, and its HEAD tells the way', async () => {
    const ann = client(server)
    const created = await ann.create(PNG.length, { name: '猫 的 照片.png' })
    assert.equal(created.status, 201)
    const location = created.headers.get('location')
    assert.match(location, /^\/files\/[0-9a-f]{32}\?username=ann$/)
    assert.ok(new Date(created.headers.get('upload-expires')) > new Date())
    await ann.patch(location, 0, PNG.subarray(0, CHUNK))
    const half = await ann.head(location)
    assert.equal(half.headers.get('upload-offset'), String(CHUNK))
    assert.equal(half.headers.get('upload-length'), String(PNG.length))
    assert.equal(half.headers.get('cache-control'), 'no-store')
    assert.match(half.headers.get('upload-metadata'), /^filename .*,filetype .*/)
    assert.equal(half.headers.get('tus-resumable'), '1.0.0')
    assert.equal((await fetch(ann.at(location))).status, 404, 'nobody sees it before it is complete')
    await ann.goOn(location, PNG)

    const told = await info(server, location)
    assert.deepEqual(told, {
      id: location.slice(7, 39),
      url: `/files/${location.slice(7, 39)}/${encodeURIComponent('猫 的 照片.png')}`,
      name: '猫 的 照片.png',
      type: 'image/png',
      size: PNG.length,
    })
    const served = await fetch(server.url + told.url)
    assert.equal(served.status, 200)
    assert.ok(Buffer.from(await served.arrayBuffer()).equals(PNG))
  })

  test('one POST, as curl sends it', async () => {
    const words = 'hello 你好\n'
    const reply = await post(server, `name=${encodeURIComponent('说明.txt')}&username=ann`, words, {
      'Content-Type': 'application/x-www-form-urlencoded',
    })
    assert.equal(reply.status, 201)
    const told = await reply.json()
    assert.equal(told.name, '说明.txt')
    assert.equal(told.type, 'text/plain')
    assert.equal(told.size, Buffer.byteLength(words))
    assert.equal(reply.headers.get('location'), told.url)
    const served = await fetch(server.url + told.url)
    assert.equal(await served.text(), words)
    assert.match(served.headers.get('content-disposition'), /^attachment; /)
  })

  test('OPTIONS tells what the server can do, to other origins too', async () => {
    const reply = await fetch(`${server.url}/files`, { method: 'OPTIONS' })
    assert.equal(reply.status, 204)
    assert.equal(reply.headers.get('tus-version'), '1.0.0')
    assert.equal(reply.headers.get('tus-extension'), 'creation,creation-with-upload,termination,expiration')
    assert.equal(reply.headers.get('tus-max-size'), String(6 * MiB))
    const far = await client(server).create(10, {
      extra: { Origin: 'https://app.example' },
    })
    assert.equal(far.status, 201)
    assert.equal(far.headers.get('access-control-allow-origin'), 'https://app.example')
    assert.match(far.headers.get('access-control-expose-headers'), /Location.*Upload-Offset/)
    await client(server).remove(far.headers.get('location'))
    const evil = await client(server).create(10, {
      extra: { Origin: 'https://evil.example' },
    })
    assert.equal(evil.status, 403)
  })

  test('creation with the first bytes, and with all of them', async () => {
    const ann = client(server)
    const some = await ann.create(PNG.length, { body: PNG.subarray(0, CHUNK) })
    assert.equal(some.status, 201)
    assert.equal(some.headers.get('upload-offset'), String(CHUNK))
    await ann.goOn(some.headers.get('location'), PNG)
    const all = await ann.create(1000, { body: PNG.subarray(0, 1000) })
    assert.equal(all.headers.get('upload-offset'), '1000')
    assert.equal((await info(server, all.headers.get('location'))).size, 1000)
  })

  test('an upload counts as stored once, however often its end is told again', async () => {
    const ann = client(server)
    const stored = async () => (await server.metrics()).parley_files_stored_total
    const before = await stored()
    const location = await ann.upload(PNG.subarray(0, 1000))
    for (let i = 0; i < 3; ++i) assert.equal((await ann.patch(location, 1000, '')).status, 204)
    assert.equal(await stored(), before + 1)
    assert.equal((await ann.create(0, { type: '' })).status, 201)
    assert.equal(await stored(), before + 2)
  })

  test('metadata that is too long is refused', async () => {
    const reply = await error(await client(server).create(10, { name: 'x'.repeat(1000) }))
    assert.equal(reply.status, 400)
    assert.match(reply.detail, /at most 1024 bytes/)
  })

  test('a wrong offset is refused, and so is the same chunk twice', async () => {
    const ann = client(server)
    const location = (await ann.create(2000)).headers.get('location')
    assert.deepEqual(
      [(await ann.patch(location, 5, 'x')).status, (await ann.patch(location, 0, PNG.subarray(0, 1000))).status],
      [409, 204],
    )
    const again = await error(await ann.patch(location, 0, PNG.subarray(0, 1000)))
    assert.equal(again.status, 409)
    assert.equal(again.name, 'upload_conflict')
    assert.equal((await ann.head(location)).headers.get('upload-offset'), '1000')
    assert.equal((await ann.patch(location, 1000, PNG.subarray(0, 1001))).status, 413)
    assert.equal((await ann.patch(location, 1000, PNG.subarray(1000, 2000))).status, 204)
  })

  test('two uploads at once, and two clients at the same one', async () => {
    const ann = client(server)
    const other = Buffer.concat([PNG.subarray(0, 8), randomBytes(3 * MiB)])
    const [a, b] = await Promise.all([ann.upload(PNG), client(server, { user: 'bob' }).upload(other)])
    for (const [location, bytes] of [
      [a, PNG],
      [b, other],
    ]) {
      const { url } = await info(server, location)
      assert.ok(Buffer.from(await (await fetch(server.url + url)).arrayBuffer()).equals(bytes))
    }
    const shared = (await ann.create(2000)).headers.get('location')
    const both = await Promise.all([1, 2].map(() => ann.patch(shared, 0, PNG.subarray(0, 1000))))
    assert.deepEqual(both.map((reply) => reply.status).sort(), [204, 409])
    await ann.remove(shared)
  })

  test('requests that break the protocol are told why', async () => {
    const ann = client(server)
    const location = (await ann.create(10)).headers.get('location')
    const send = (method, path, headers, body) => fetch(new URL(path, server.url), { method, headers, body })
    const cases = [
      [
        send('POST', '/files?username=ann', {
          ...TUS,
          'Upload-Defer-Length': '1',
        }),
        400,
        /Upload-Length is missing/,
      ],
      [send('POST', '/files?username=ann', { ...TUS, 'Upload-Length': '-1' }), 400, /Upload-Length/],
      [
        send('POST', '/files?username=ann', {
          ...TUS,
          'Upload-Length': '1',
          'Upload-Metadata': 'a ?',
        }),
        400,
        /base64/,
      ],
      [
        send('POST', '/files?username=ann', {
          'Tus-Resumable': '0.2.2',
          'Upload-Length': '1',
        }),
        412,
        /1\.0\.0/,
      ],
      [send('POST', '/files?username=ann', { ...TUS, 'Upload-Length': '1' }, 'x'), 415, /offset\+octet-stream/],
      [
        send('POST', '/files?username=ann', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x'),
        415,
        /--data-binary/,
      ],
      [send('POST', '/files?username=ann', {}), 400, /--data-binary/],
      [
        send('PATCH', location, { ...TUS, 'Upload-Offset': '0', 'Content-Type': 'text/plain' }, 'x'),
        415,
        /offset\+octet/,
      ],
      [ann.patch(location, 'x', 'x'), 400, /Upload-Offset/],
      [ann.create(10, { extra: { 'Upload-Metadata': 'filename YQ==,\tx YQ==' } }), 400, /Upload-Metadata/],
      [ann.patch(`/files/${'0'.repeat(32)}?username=ann`, 0, 'x'), 404, /nothing at this path/],
      [send('PATCH', location.replace('?', '/name?'), TUS, 'x'), 405, /without a name/],
      [send('GET', '/files', {}), 405, /Allow/],
    ]
    for (const [reply, status, words] of cases) {
      const { status: got, message, detail } = await error(await reply)
      assert.equal(got, status, `${message} ${detail}`)
      assert.match(`${message} ${detail}`, words)
    }
    await ann.remove(location)
  })

  test('methods that a proxy lets not through come in a POST', async () => {
    const ann = client(server)
    const location = (await ann.create(4, { type: 'text/plain' })).headers.get('location')
    const send = (method, headers, body) =>
      fetch(ann.at(location), {
        method: 'POST',
        headers: { ...TUS, 'X-HTTP-Method-Override': method, ...headers },
        body,
      })
    const sent = await send(
      'PATCH',
      {
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      'text',
    )
    assert.equal(sent.status, 204)
    const { url } = await info(server, location)
    const asHead = (path) =>
      fetch(new URL(path, server.url), { method: 'POST', headers: { 'X-HTTP-Method-Override': 'HEAD' } })
    assert.equal((await asHead(location)).headers.get('upload-offset'), '4')
    const ofFile = await asHead(url)
    assert.deepEqual([ofFile.status, ofFile.headers.get('allow')], [405, 'OPTIONS, GET, HEAD'])
    assert.equal((await send('DELETE')).status, 204)
    const put = await send('PUT')
    assert.deepEqual([put.status, put.headers.get('allow')], [405, 'OPTIONS, GET, HEAD, PATCH, DELETE, POST'])
    assert.equal((await ann.head(location)).status, 404)
  })

  test('an upload is its user’s: nobody else goes on, looks, or removes', async () => {
    const ann = client(server)
    const bob = client(server, { user: 'bob' })
    const location = (await ann.create(10)).headers.get('location')
    const bobs = location.replace('ann', 'bob')
    assert.equal((await bob.patch(bobs, 0, 'x')).status, 403)
    assert.equal((await bob.head(bobs)).status, 403)
    assert.equal((await bob.remove(bobs)).status, 403)
    assert.equal((await ann.remove(location)).status, 204)
    assert.equal((await ann.head(location)).status, 404)
    const nobody = await error(await post(server, 'name=a.txt', 'x'))
    assert.equal(nobody.status, 401)
    assert.match(nobody.detail, /\?username=/)
    assert.equal((await post(server, `username=${'a'.repeat(200)}`, 'x')).status, 400)
  })

  test('limits: one file, kinds of files, uploads at once', async () => {
    const ann = client(server, { user: 'cleo' })
    assert.equal((await error(await ann.create(6 * MiB + 1))).name, 'file_too_large')
    assert.equal((await error(await ann.create(10, { type: 'text/html' }))).name, 'file_type_refused')
    assert.equal((await post(server, 'username=cleo', 'x'.repeat(MiB + 1))).status, 413)
    const begun = []
    for (let i = 0; i < 3; ++i) begun.push((await ann.create(10)).headers.get('location'))
    const fourth = await error(await ann.create(10))
    assert.equal(fourth.status, 429)
    assert.equal(fourth.name, 'too_many_uploads')
    for (const location of begun) await ann.remove(location)
    const metrics = await server.metrics()
    assert.ok(metrics['parley_errors_total{reason="too_many_uploads"}'] >= 1)
    assert.ok(metrics.parley_files_stored_total >= 1)
  })

  test('what is no picture is not served as one', async () => {
    const page = '<!doctype html><script>alert(document.domain)</script>'
    const lie = await error(await post(server, 'name=a.png&type=image/png&username=ann', page))
    assert.equal(lie.name, 'file_type_refused')
    const svg = await error(await post(server, 'name=a.svg&type=image/svg%2Bxml&username=ann', '<svg/>'))
    assert.equal(svg.name, 'file_type_refused')
    const { url, type } = await (await post(server, 'name=a.html&username=ann', page)).json()
    assert.equal(type, 'text/plain')
    const served = await fetch(server.url + url)
    assert.equal(served.headers.get('content-type'), 'text/plain')
    assert.equal(served.headers.get('content-disposition'), 'attachment; filename="a.html"')
    const ann = client(server)
    const location = (await ann.create(2000)).headers.get('location')
    assert.equal((await ann.patch(location, 0, 'x'.repeat(1000))).status, 415, 'as soon as it can be seen')
    assert.equal((await ann.head(location)).status, 404)
  })

  test('files are served with headers that keep them harmless', async () => {
    const { url } = await (
      await post(server, `name=${encodeURIComponent('猫"x.png')}&username=ann`, PNG.subarray(0, 100))
    ).json()
    const { headers } = await fetch(server.url + url)
    assert.equal(headers.get('content-type'), 'image/png')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'")
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cache-control'), 'private, max-age=31536000, immutable')
    assert.match(headers.get('content-disposition'), /^inline; filename="__x\.png"; filename\*=UTF-8''%E7%8C%AB/)
  })

  test('ranges, HEAD, and what the client has already', async () => {
    const location = await client(server).upload(PNG)
    const { url } = await info(server, location)
    const get = (headers, method = 'GET') => fetch(server.url + url, { method, headers })
    const head = await get({}, 'HEAD')
    assert.equal(head.headers.get('content-length'), String(PNG.length))
    assert.equal(head.headers.get('accept-ranges'), 'bytes')
    const etag = head.headers.get('etag')
    assert.equal((await get({ 'If-None-Match': etag })).status, 304)
    assert.equal((await get({ 'If-None-Match': `W/${etag}` })).status, 304)
    assert.equal((await get({ 'If-Match': '"other"' })).status, 412)
    const ranges = [
      ['bytes=0-0', 0, 1],
      [`bytes=${MiB - 5}-${4 * MiB}`, MiB - 5, 4 * MiB + 1],
      ['bytes=-7', PNG.length - 7, PNG.length],
      [`bytes=${PNG.length - 1}-`, PNG.length - 1, PNG.length],
    ]
    for (const [range, first, end] of ranges) {
      const part = await get({ Range: range })
      assert.equal(part.status, 206, range)
      assert.equal(part.headers.get('content-range'), `bytes ${first}-${end - 1}/${PNG.length}`)
      assert.ok(Buffer.from(await part.arrayBuffer()).equals(PNG.subarray(first, end)), range)
    }
    const beyond = await get({ Range: `bytes=${PNG.length}-` })
    assert.equal(beyond.status, 416)
    assert.equal(beyond.headers.get('content-range'), `bytes */${PNG.length}`)
    assert.ok((await server.metrics())['parley_errors_total{reason="http_range_not_satisfiable"}'] >= 1)
    const stale = await get({ Range: 'bytes=0-9', 'If-Range': '"other"' })
    assert.equal(stale.status, 200)
    assert.equal((await stale.arrayBuffer()).byteLength, PNG.length)
  })

  test('requests behind a download wait for it on the same connection', async () => {
    const location = await client(server).upload(PNG)
    const { url } = await info(server, location)
    const raw = await RawClient.open(server.port)
    const request = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
    raw.send(request(url) + request('/health') + request(url))
    const all = () => (raw.received.toString('latin1').match(/HTTP\/1\.1 200/g) ?? []).length
    await raw.until(() => all() === 3 && raw.received.subarray(-100).equals(PNG.subarray(-100)), 'three answers')
    const second = raw.received.indexOf('HTTP/1.1 200', 200)
    assert.ok(raw.received.subarray(second - PNG.length, second).equals(PNG))
    raw.destroy()
  })

  test('a client that stops reading holds one slice in the server, not the file', async () => {
    const location = await client(server).upload(PNG)
    const { url } = await info(server, location)
    const before = server.residentBytes()
    const sockets = []
    for (let i = 0; i < 40; ++i) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      // Reads the head and no more.
      await new Promise((resolve) => {
        socket.once('readable', resolve)
        socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      })
      sockets.push(socket)
    }
    const grown = server.residentBytes() - before
    assert.ok(grown < 60 * MiB, `${grown} bytes for ${sockets.length} downloads of ${PNG.length}`)
    for (const socket of sockets) socket.destroy()
    assert.equal((await fetch(server.url + url)).status, 200)
  })
})

test('a killed server loses nothing that it acknowledged', async (t) => {
  const env = { PARLEY_STORAGE__PATH: join(folder, 'parley.db') }
  let server = await start({ env })
  t.after(() => server.signal('SIGKILL'))
  let ann = client(server)
  const done = await ann.upload(PNG.subarray(0, 300_000))
  const location = (await ann.create(PNG.length)).headers.get('location')
  let acknowledged = 0
  for (let kills = 0; kills < 4; ++kills) {
    const killed = eventually(() => acknowledged >= (kills + 1) * MiB, 'progress').then(() => server.signal('SIGKILL'))
    try {
      while (acknowledged < PNG.length) {
        const sent = await ann.patch(location, acknowledged, PNG.subarray(acknowledged, acknowledged + 100_000))
        if (sent.status !== 204) throw new Error(`status ${sent.status}`)
        acknowledged = Number(sent.headers.get('upload-offset'))
      }
    } catch {
      // The line broke: nobody knows whether the last chunk arrived.
    }
    await killed
    await server.ended
    server = await start({ env })
    ann = client(server)
    const offset = Number((await ann.head(location)).headers.get('upload-offset'))
    assert.ok(offset >= acknowledged, `${offset} of ${acknowledged} are left`)
    acknowledged = offset
  }
  await ann.goOn(location, PNG)
  for (const [path, bytes] of [
    [location, PNG],
    [done, PNG.subarray(0, 300_000)],
  ]) {
    const { url } = await info(server, path)
    assert.ok(Buffer.from(await (await fetch(server.url + url)).arrayBuffer()).equals(bytes))
  }
  await server.stop()
  assert.equal(readdirSync(join(folder, 'parley.db-files')).length, 2, 'beside the database, and nothing else')
})

test('a chunk that breaks off is sent again from where HEAD says', async (t) => {
  const server = await serve(t, { PARLEY_FILES__PATH: join(folder, 'broken') })
  const ann = client(server)
  const location = (await ann.create(PNG.length)).headers.get('location')
  const raw = await RawClient.open(server.port)
  raw.send(
    `PATCH ${location} HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${CHUNK}\r\n\r\n`,
  )
  raw.send(PNG.subarray(0, CHUNK / 2))
  raw.destroy()
  await ann.goOn(location, PNG)
  assert.equal((await info(server, location)).size, PNG.length)
})

test('with a secret, a token says whose an upload is', async (t) => {
  const secret = 'a secret of at least thirty-two bytes'
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'tokens'),
    PARLEY_SERVER__TOKEN_SECRET: secret,
  })
  const token = (user) =>
    execFileSync(binary, ['token', 'make', '--user', user], {
      env: { ...process.env, PARLEY_SERVER__TOKEN_SECRET: secret },
      encoding: 'utf8',
    }).trim()
  const as = (user) =>
    client(server, {
      user: '',
      headers: { Authorization: `Bearer ${token(user)}` },
    })
  const ann = as('ann')
  const location = (await ann.create(2000)).headers.get('location')
  assert.match(location, /^\/files\/[0-9a-f]{32}$/)
  assert.equal((await as('bob').patch(location, 0, 'x')).status, 403)
  assert.equal((await ann.patch(location, 0, PNG.subarray(0, 2000))).status, 204)
  const { url } = await info(server, location)
  assert.equal((await fetch(server.url + url)).status, 200, 'whoever knows the address may read')

  const bare = await error(await post(server, 'username=ann', 'x'))
  assert.equal(bare.status, 401)
  assert.equal(bare.name, 'unauthorized')
  assert.equal((await post(server, 'token=wrong', 'x')).status, 401)
  assert.equal((await post(server, `token=${token('ann')}&username=bob`, 'x')).status, 401)
  const behindBasic = await post(server, `token=${token('ann')}&name=a.txt`, 'words', { Authorization: 'Basic YTpi' })
  assert.equal(behindBasic.status, 201, 'a proxy’s own credentials are no token')
  const inQuery = await post(server, `token=${token('bob')}&name=a.txt`, 'words')
  assert.equal(inQuery.status, 201)
  assert.equal((await ann.remove(`/files/${(await inQuery.json()).id}`)).status, 403)
})

test('without a folder uploads are off, and the refusal says which key to set', async (t) => {
  const server = await serve(t, {})
  const refusal = await error(await post(server, 'username=ann', 'x'))
  assert.equal(refusal.status, 404)
  assert.equal(refusal.name, 'not_available')
  assert.match(refusal.detail, /files\.path.*storage\.path/)
  assert.equal((await server.metrics())['parley_errors_total{reason="not_available"}'], 1)
})

/** A download that holds its place: nobody reads it. */
const hold = (address, options = {}) =>
  new Promise((resolve, reject) => httpGet(address, { agent: false, ...options }, resolve).once('error', reject))

test('downloads beyond the places wait for one; beyond those that may wait they are refused', async (t) => {
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'places'),
    PARLEY_FILES__DOWNLOADS: '1',
    PARLEY_FILES__DOWNLOADS_WAITING: '1',
  })
  const { url } = await info(server, await client(server).upload(PNG))
  const first = await hold(server.url + url)
  const second = fetch(server.url + url)
  const figures = await eventually(async () => {
    const metrics = await server.metrics()
    return metrics.parley_file_downloads_waiting === 1 && metrics
  }, 'the second waits')
  assert.equal(figures.parley_file_downloads, 1)
  const third = await error(await fetch(server.url + url))
  assert.deepEqual([third.status, third.name], [503, 'overloaded'])
  assert.equal((await server.metrics())['parley_errors_total{reason="overloaded"}'], 1)
  assert.equal((await fetch(server.url + url, { method: 'HEAD' })).status, 200, 'it needs no place')
  first.destroy()
  assert.ok(Buffer.from(await (await second).arrayBuffer()).equals(PNG))
})

test('one address does not take the places of others, and waits as long as a request may', async (t) => {
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'addresses'),
    PARLEY_FILES__DOWNLOADS_PER_ADDRESS: '1',
    PARLEY_LIMITS__REQUEST_TIMEOUT: '1s',
  })
  const { url } = await info(server, await client(server).upload(PNG))
  const first = await hold(server.url + url)
  const late = fetch(server.url + url)
  const other = await hold(server.url + url, { localAddress: '127.0.0.2' })
  assert.equal(other.statusCode, 200)
  const refused = await late
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.deepEqual([refused.status, (await error(refused)).name], [503, 'overloaded'])
  first.destroy()
  await eventually(async () => (await server.metrics()).parley_file_downloads === 1, 'the place that nobody wanted')
  assert.equal((await fetch(server.url + url)).status, 200)
  other.destroy()
})

test('a picture for a whole room at once comes to everybody', async (t) => {
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'room'),
    PARLEY_FILES__DOWNLOADS: '8',
    PARLEY_FILES__QUEUE: '8',
  })
  const bytes = PNG.subarray(0, 300_000)
  const { url } = await info(server, await client(server).upload(bytes))
  const all = await Promise.all(
    Array.from({ length: 300 }, async () => (await (await fetch(server.url + url)).arrayBuffer()).byteLength),
  )
  assert.ok(all.every((length) => length === bytes.length))
})

test('what all files take is bounded', async (t) => {
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'bounds'),
    PARLEY_FILES__USER_BYTES: '6MiB',
    PARLEY_FILES__TOTAL_BYTES: '7MiB',
    PARLEY_STORAGE__SYNC: 'normal',
  })
  await client(server).upload(PNG)
  const metrics = await server.metrics()
  assert.equal(metrics.parley_files_bytes, PNG.length + 4096)
  assert.ok(metrics.parley_files_waiting >= 0)
  assert.equal((await (await fetch(`${server.url}/health`)).json()).files, 'good')
  assert.equal((await error(await client(server).create(2 * MiB))).name, 'file_quota')
  assert.equal((await error(await client(server, { user: 'bob' }).create(3 * MiB))).name, 'files_full')
})

test('a disk that takes no more ends an upload, not the server', async (t) => {
  const server = await serve(t, { PARLEY_FILES__PATH: join(folder, 'limited') })
  const ann = client(server)
  const location = (await ann.create(PNG.length)).headers.get('location')
  execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${CHUNK}:`])
  assert.equal((await error(await ann.patch(location, 0, PNG.subarray(0, CHUNK)))).name, 'file_not_stored')
  execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited:'])
  await ann.goOn(location, PNG)
})

test('the example of the documentation uploads a file through refusals', async (t) => {
  const server = await serve(t, { PARLEY_FILES__PATH: join(folder, 'example') })
  const page = readFileSync(new URL('../../docs/files.md', import.meta.url), 'utf8')
  const example = page.match(/```js\n(.*?)```/s)[1]
  const refusals = { 2: 503, 4: 409 } // of its requests
  const asked = []
  const busy = async (address, options) => {
    asked.push(options?.method ?? 'GET')
    const status = refusals[asked.length]
    return status ? new Response(null, { status }) : fetch(new URL(address, server.url), options)
  }
  const file = new File([PNG.subarray(0, 600_000)], '猫.png', { type: 'image/png' })
  const run = new (async () => {}).constructor('file', 'fetch', 'setTimeout', `${example}; return url`)
  const url = await run(file, busy, (then) => setImmediate(then))
  assert.deepEqual(asked, ['POST', 'PATCH', 'HEAD', 'PATCH', 'HEAD', 'PATCH', 'PATCH', 'PATCH', 'GET'])
  assert.ok(
    Buffer.from(await (await fetch(server.url + url)).arrayBuffer()).equals(PNG.subarray(0, 600_000)),
  )
})

test('files can be turned off where the history is durable', async (t) => {
  const server = await serve(t, {
    PARLEY_STORAGE__PATH: join(folder, 'off.db'),
    PARLEY_FILES__PATH: 'off',
  })
  assert.equal((await (await fetch(`${server.url}/app.json`)).json()).files, null)
  assert.equal((await error(await post(server, 'username=ann', 'x'))).name, 'not_available')
  assert.ok(!readdirSync(folder).includes('off.db-files'))
})

test('what is not gone on with expires', async (t) => {
  const server = await serve(t, {
    PARLEY_FILES__PATH: join(folder, 'short'),
    PARLEY_FILES__UNFINISHED_TTL: '1s',
    PARLEY_FILES__TTL: '1s',
  })
  const ann = client(server)
  const location = (await ann.create(100)).headers.get('location')
  const { url } = await (await post(server, 'username=ann', 'words')).json()
  await eventually(async () => (await ann.head(location)).status === 404, 'the upload is given up')
  await eventually(async () => (await fetch(server.url + url)).status === 404, 'the file is gone')
})
