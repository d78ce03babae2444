// Every example of examples/ against the real server: run as its README says, in one room with others.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Centrifuge } from 'centrifuge'
import WebSocket from 'ws'
import { launch } from '../e2e/support/browser.mjs'
import { serveForeign } from '../e2e/support/foreign_page.mjs'
import { eventually, start } from '../support/server.mjs'

const API_KEY = 'key-of-the-examples'
const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const packages = fileURLToPath(new URL('../node_modules', import.meta.url))
// Debian's, which knows the packages of packages.txt.
const python = process.env.PYTHON ?? '/usr/bin/python3'

let folder, browser
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-examples-'))
  browser = await launch()
})
after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function startServer(t, { args = [], ...options } = {}) {
  const server = await start({ args: ['--api-key', API_KEY, ...args], ...options })
  t.after(() => server.signal('SIGKILL'))
  return server
}

/** With patience for programs that are started while the machine is busy. */
const waitFor = (condition, what) => eventually(condition, what, 60_000)

/** A program of an example. What it printed is in `lines` and `errors`. */
function run(t, server, command, args, { env = {}, ...options } = {}) {
  const child = spawn(command, args, {
    env: {
      ...process.env,
      PARLEY_URL: server.url,
      PARLEY_WS: server.wsUrl,
      PARLEY_API_KEY: API_KEY,
      ...env,
    },
    ...options,
  })
  t.after(() => child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => (texts[name] += text))
  }
  const ended = once(child, 'close')
  return {
    say: (line) => child.stdin.write(`${line}\n`),
    get lines() {
      return texts.stdout.split('\n').slice(0, -1)
    },
    get errors() {
      return texts.stderr
    },
    async end() {
      const [code] = await ended
      assert.equal(code, 0, texts.stderr)
      return this.lines
    },
    async stop(signal) {
      child.kill(signal)
      await ended
    },
  }
}

/** Somebody in the room by a bare WebSocket; `heard` is what arrived. */
async function enter(t, server, query, protocols) {
  const socket = new WebSocket(`${server.wsUrl}/room/tea?${query}`, protocols)
  t.after(() => socket.terminate())
  const heard = []
  socket.on('message', (data) => heard.push(data.toString()))
  await once(socket, 'open')
  return { heard, say: (text) => socket.send(text) }
}

async function api(server, method, body) {
  const response = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { 'X-API-Key': API_KEY },
    body: JSON.stringify(body),
  })
  return response.json()
}

const hears = (person, text) =>
  waitFor(() => person.heard.includes(text), `${text} in ${JSON.stringify(person.heard)}`)

/** An example as it is after `npm install`. */
function installed(name) {
  const copy = join(folder, name)
  cpSync(join(examples, name), copy, { recursive: true })
  symlinkSync(packages, join(copy, 'node_modules'))
  return copy
}

/** The Vue example's page as files by path, built with the Vite of web/. */
async function buildVue() {
  const { resolve } = createRequire(new URL('../../web/app/package.json', import.meta.url))
  const [vite, vue] = await Promise.all(
    ['vite', '@vitejs/plugin-vue'].map((name) => import(pathToFileURL(resolve(name)))),
  )
  const { output } = await vite.build({
    root: installed('vue'),
    configFile: false,
    logLevel: 'warn',
    plugins: [vue.default()],
    build: { write: false },
  })
  return Object.fromEntries(
    output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? source]),
  )
}

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`${name}: the three clients of its first example hear each other`, async (t) => {
    const text = readFileSync(join(examples, '..', name), 'utf8')
    const example = text.split(/^## /m).find((part) => part.includes('new Centrifuge('))
    const server = await startServer(t)
    const here = (code) => code.replaceAll('127.0.0.1:8000', new URL(server.url).host)
    const blocks = [...example.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, code]) => ({
      language,
      code: here(code).replace('demo-api-key', API_KEY),
    }))
    const [plain, sdk] = blocks.filter(({ language }) => language === 'js')
    const [shell] = blocks.filter(({ language }) => language === 'sh')

    const heard = { plain: [], sdk: [] }
    const play = (code, to) =>
      new Function('WebSocket', 'Centrifuge', 'console', code)(
        WebSocket,
        class extends Centrifuge {
          constructor(url) {
            super(url, { websocket: WebSocket })
            t.after(() => this.disconnect())
          }
        },
        { log: (...words) => to.push(words.join(' ')) },
      )
    play(sdk.code, heard.sdk)
    await waitFor(
      async () => (await api(server, 'presence_stats', { channel: 'tea' })).result.num_users === 1,
      'bot',
    )
    play(plain.code, heard.plain)
    await waitFor(() => heard.sdk.length > 0, 'hi at the SDK')
    await run(t, server, 'sh', ['-ec', shell.code]).end()
    await waitFor(() => heard.plain.length > 1 && heard.sdk.length > 1, 'hello at both')
    assert.deepEqual(heard, { plain: ['hi', 'hello'], sdk: ['lisi hi', 'back end hello'] })
    await server.stop()
  })
}

test('curl: publishes, once where it must be, and asks who is there and what was said', async (t) => {
  const server = await startServer(t)
  const ann = await enter(t, server, 'username=ann')
  const lines = await run(t, server, join(examples, 'curl/room.sh'), []).end()
  const [hello, first, second, presence, stats, history] = lines.map(
    (line) => JSON.parse(line).result,
  )
  assert.equal(hello.offset, 1)
  assert.deepEqual(second, first)
  assert.deepEqual(
    Object.values(presence.presence).map(({ user }) => user),
    ['ann'],
  )
  assert.deepEqual(stats, { num_clients: 1, num_users: 1 })
  assert.deepEqual(
    history.publications.map(({ data }) => data),
    ['only once', 'hello from curl'],
  )
  await hears(ann, 'only once')
  assert.deepEqual(ann.heard, ['hello from curl', 'only once'])
  await server.stop()
})

test('html and vue: two pages, the API and a bare socket are in one room', async (t) => {
  const html = await serveForeign({
    '/index.html': readFileSync(join(examples, 'html/index.html'), 'utf8'),
  })
  const vue = await serveForeign(await buildVue())
  t.after(() => (html.close(), vue.close()))
  const origins = [html.origin, vue.origin].flatMap((origin) => ['--allow-origin', origin])
  let server = await startServer(t, { args: origins })
  const listen = new URL(server.url).host
  await api(server, 'publish', { channel: 'tea', data: 'before they came' })

  const open = async ({ origin }) => {
    const page = await browser.newPage()
    t.after(() => page.close())
    await page.goto(`${origin}/?server=${server.wsUrl}`)
    const sees = (text) => page.getByText(text, { exact: true }).waitFor()
    const say = async (text) => {
      await page.getByPlaceholder('Say something').fill(text)
      await page.keyboard.press('Enter')
    }
    return { page, sees, say }
  }
  const plain = await open(html)
  const component = await open(vue)
  await plain.sees('before they came')
  await component.sees('back end: before they came')

  const ann = await enter(t, server, 'username=ann')
  await plain.say('from the page')
  await component.sees('html: from the page')
  await component.say('from the component')
  await plain.sees('from the component')
  ann.say('from a socket')
  await plain.sees('from a socket')
  await component.sees('ann: from a socket')
  await api(server, 'publish', { channel: 'tea', data: 'from a back end' })
  await plain.sees('from a back end')
  await component.sees('back end: from a back end')
  await hears(ann, 'from a back end')
  assert.deepEqual(ann.heard, [
    'from the page',
    'from the component',
    'from a socket',
    'from a back end',
  ])

  // A server that has forgotten everything: both pages come back and show what is there now.
  await server.stop()
  server = await startServer(t, { listen, args: origins })
  await api(server, 'publish', { channel: 'tea', data: 'a new day' })
  await plain.sees('a new day')
  await component.sees('back end: a new day')
  assert.equal(await component.page.getByText('before they came').count(), 0)
  await server.stop()
})

test('node: the bot answers, the publisher says it once', async (t) => {
  const server = await startServer(t)
  const node = installed('node')
  const bot = run(t, server, process.execPath, [join(node, 'bot.mjs')])
  await waitFor(() => bot.lines.includes('listening'), `the bot listens; ${bot.errors}`)
  const ann = await enter(t, server, 'username=ann')
  const publish = run(t, server, process.execPath, [join(node, 'publish.mjs'), 'tea', '!who'])
  assert.match((await publish.end()).join(''), /offset: 1/)
  await hears(ann, 'here: ann, bot')
  assert.deepEqual(ann.heard, ['!who', 'here: ann, bot'])

  const stranger = run(t, server, process.execPath, [join(node, 'publish.mjs'), 'no:such', 'x'])
  await assert.rejects(stranger.end(), /102 /)
  await bot.stop('SIGTERM')
  await server.stop()
})

test('python: what was said and heard while the server was killed is there once', async (t) => {
  const durable = [
    '--set',
    `storage.path=${join(folder, 'tea.db')}`,
    '--set',
    'channel.durable=true',
  ]
  let server = await startServer(t, { args: durable })
  const listen = new URL(server.url).host
  const client = run(t, server, python, [
    join(examples, 'python/client.py'),
    `${server.wsUrl}/room/tea`,
    'lisi',
  ])
  client.say('one')
  await waitFor(() => client.lines.includes('lisi: one'), `one; ${client.errors}`)

  server.signal('SIGKILL')
  await server.ended
  client.say('two')
  await waitFor(() => client.errors.includes('not connected'), 'the client knows')
  server = await startServer(t, { listen, args: durable })
  await api(server, 'publish', { channel: 'tea', data: 'three' })
  const all = () => client.lines.length >= 3
  await waitFor(all, `three lines in ${client.lines}; ${client.errors}`)
  assert.equal(client.lines[0], 'lisi: one')
  assert.deepEqual(client.lines.slice(1).sort(), ['back end: three', 'lisi: two'])

  const { result } = await api(server, 'history', { channel: 'tea', limit: -1 })
  assert.deepEqual(result.publications.map(({ data }) => data).sort(), ['one', 'three', 'two'])
  await client.stop('SIGINT')
  await server.stop()
})

test('django: vouches for its users, and publishes what they say', async (t) => {
  const secret = join(folder, 'token.secret')
  writeFileSync(secret, 'a secret of the examples, 32 bytes and more\n')
  const site = `http://127.0.0.1:${await freePort()}`
  const server = await startServer(t, {
    args: [
      '--token-secret-file',
      secret,
      '--set',
      'channel.publish=backend',
      '--allow-origin',
      site,
    ],
  })
  const manage = ['manage.py', 'runserver', '--noreload', new URL(site).host]
  const django = run(t, server, python, manage, {
    cwd: join(examples, 'django'),
    env: { PARLEY_TOKEN_SECRET_FILE: secret, PYTHONDONTWRITEBYTECODE: '1' },
  })
  await waitFor(
    () =>
      fetch(site).then(
        ({ ok }) => ok,
        () => false,
      ),
    `Django answers; ${django.errors}`,
  )

  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(site)
  await page.getByPlaceholder('Your name').fill('ann')
  await page.keyboard.press('Enter')
  const token = await page.getByPlaceholder('Say something').evaluate(async ({ form }) => {
    const reply = await fetch('/token', { method: 'POST', body: new FormData(form) })
    return (await reply.json()).token
  })
  const [, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  assert.equal(JSON.parse(claims).sub, 'ann')

  const desk = await enter(t, server, 'format=json', ['access_token', token])
  await page.getByPlaceholder('Say something').fill('good <b>tea</b>')
  await page.keyboard.press('Enter')
  await page.getByText('ann: good <b>tea</b>', { exact: true }).waitFor()
  const messages = () =>
    desk.heard.map((text) => JSON.parse(text)).filter(({ type }) => type === 'message')
  await waitFor(() => messages().length > 0, 'the message at the other connection')
  assert.deepEqual(
    messages().map(({ from, data }) => ({ from, data })),
    [{ from: '', data: { from: 'ann', text: 'good <b>tea</b>' } }],
  )

  // Nobody gets in without a token, and nobody but Django publishes.
  await assert.rejects(enter(t, server, 'username=ann'), /401/)
  assert.equal((await fetch(`${site}/token`, { method: 'POST' })).status, 403)
  desk.say('{"data": "from me", "ref": "r"}')
  await waitFor(() => desk.heard.some((text) => text.includes('permission_denied')), 'a refusal')
  await django.stop('SIGTERM')
  await server.stop()
})

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
