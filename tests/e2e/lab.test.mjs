// The lab against a real server: every lesson does what it says, and what it shows is what happened.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { desktop, launch, openWindow, phone } from './support/browser.mjs'
import { assertAccessible, assertNoOverflow } from './support/checks.mjs'

let server, browser
before(async () => {
  server = await start({ command: 'demo' })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function openLab(options) {
  const window = await openWindow(browser, `${server.url}/lab`, options)
  await window.inState('connected')
  return window
}

/** The lab is left without a complaint of the browser. */
async function leave(window) {
  assert.deepEqual(window.complaints, [])
  await window.close()
}

/** What the server under test answers to a handshake with this key. */
function acceptOf(key) {
  return new Promise((resolve, reject) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': 13,
      'Sec-WebSocket-Key': key,
    }
    const asking = request(`${server.url}/room/tea`, { headers })
    asking.on('upgrade', (reply, socket) => {
      socket.destroy()
      resolve(reply.headers['sec-websocket-accept'])
    })
    asking.on('error', reject).end()
  })
}

test('handshake: the page comes to what the RFC and the server come to', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#handshake')
  const accept = lesson.getByTestId('accept')
  const key = lesson.getByRole('textbox', { name: 'Sec-WebSocket-Key' })

  await lesson.getByRole('button', { name: "Take the RFC's example" }).click()
  await lesson.getByText('Same result as the example in RFC 6455').waitFor()
  assert.equal(await accept.innerText(), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  assert.match(await lesson.getByTestId('digest').innerText(), /^b3 7a 4f 2c/)

  await lesson.getByRole('button', { name: 'Draw a random key' }).click()
  const drawn = await key.inputValue()
  await lesson.locator('.from-key', { hasText: drawn }).waitFor()
  assert.equal(await accept.innerText(), await acceptOf(drawn))

  await key.fill('c2hvcnQ=')
  await lesson.getByText('5 bytes; a key has exactly 16').waitFor()
  assert.match(await lesson.getByTestId('response').innerText(), /^HTTP\/1.1 400/)

  await lesson.getByRole('button', { name: 'Open a real connection' }).click()
  await lesson.locator('.real[data-state="open"]').waitFor()
  assert.ok((await lesson.getByTestId('real-url').innerText()).startsWith(`${server.wsUrl}/room/lab-`))
  assert.match(await lesson.getByTestId('open-ms').innerText(), /^\d+\.\d ms$/)
  await leave(window)
})

test('handshake: on a page without crypto.subtle, too', async () => {
  const context = await browser.newContext({ locale: 'en-US' })
  await context.addInitScript(() =>
    Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }),
  )
  const page = await context.newPage()
  await page.goto(`${server.url}/lab`)
  await page.getByRole('button', { name: "Take the RFC's example" }).click()
  await page.getByText('Same result as the example in RFC 6455').waitFor()
  await context.close()
})

test('heartbeat: beats come back; a frozen side is found out, given up and replaced', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#heartbeat')
  const phase = (name) => lesson.locator(`[data-phase="${name}"]`).waitFor()
  await phase('beating')
  await lesson.getByRole('button', { name: 'Ping now' }).click()
  await lesson.getByRole('button', { name: 'Freeze the other side' }).click()
  await phase('silent')
  await lesson.locator('.shade').waitFor({ state: 'attached' })
  await phase('waiting')
  await window.inState('waiting')
  await phase('beating')
  await lesson.getByRole('button', { name: 'Show as a table' }).click()
  await lesson.getByRole('cell', { name: 'none' }).waitFor()
  await lesson.getByRole('cell', { name: /^after \d+\.\d ms$/ }).first().waitFor()
  await leave(window)
})

test('coming back: fixed attempts every 4 s, the others by chance; the herd is counted', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#retry')
  await lesson.getByRole('button', { name: 'Show as a table' }).click()
  await lesson.getByRole('button', { name: 'Drop both lines', disabled: false }).click()
  const rows = (name) => lesson.locator(`[data-racer="${name}"] tbody tr`)
  const back = (name) => rows(name).filter({ hasText: 'back' }).waitFor()
  await Promise.all([back('fixed'), back('jittered')])
  const fixed = await rows('fixed').allInnerTexts()
  assert.equal(fixed.length, 2)
  const seconds = fixed.map((row) => Number(row.match(/([\d.]+) s/)[1]))
  assert.ok(seconds[0] >= 4 && seconds[0] < 6 && seconds[1] >= 8 && seconds[1] < 11, `${seconds}`)
  assert.match(fixed[0], /refused/)
  const first = (await rows('jittered').first().innerText()).match(/([\d.]+) s/)[1]
  assert.ok(Number(first) <= 2, `the first wait is at most 1 s: ${first}`)

  const peak = async (plan) =>
    Number(await lesson.locator(`[data-plan="${plan}"]`).getByTestId('peak').innerText())
  assert.equal(await peak('fixed'), 200)
  assert.ok((await peak('jittered')) < 120)
  await leave(window)
})

test('close codes: each button ends a real connection with that code', async () => {
  const window = await openLab()
  const { page } = window
  const lesson = page.locator('#close')
  const reasons = {
    1000: '',
    1005: '',
    1009: 'ws_message_too_big',
    4002: 'connection_expired',
    4003: 'unsubscribed',
    4005: 'reconnect',
  }
  for (const [code, reason] of Object.entries(reasons)) {
    const row = lesson.locator(`tr[data-code="${code}"]`)
    await row.getByRole('button', { name: `Try ${code}` }).click()
    const badge = row.locator('.observed[data-state="closed"] .badge')
    await badge.waitFor()
    assert.equal(await badge.innerText(), `${code} ${reason || '(no reason given)'}`)
  }

  await lesson.getByRole('spinbutton', { name: 'Code' }).fill('4600')
  await lesson.getByRole('textbox', { name: 'Reason' }).fill('moved house')
  await lesson.getByRole('button', { name: 'Let the back end close it' }).click()
  await lesson.getByText('4600 moved house').waitFor()
  await lesson.getByText('a Parley client stays away').waitFor()
  await lesson.getByRole('spinbutton', { name: 'Code' }).fill('3001')
  await lesson.getByRole('button', { name: 'Close it from here' }).click()
  await lesson.getByText(/^3001 /).waitFor()
  await lesson.getByText('a Parley client comes back').waitFor()
  await lesson.getByRole('spinbutton', { name: 'Code' }).fill('2999')
  await lesson.getByRole('alert').waitFor()
  assert.ok(await lesson.getByRole('button', { name: 'Close it from here' }).isDisabled())
  assert.deepEqual(window.complaints, [])

  // The browser logs a refused handshake by itself; that line is the one complaint.
  await lesson.getByRole('button', { name: 'Try 1006' }).click()
  await lesson.getByText('1006 (no reason given)').waitFor()
  await lesson.getByText('broke off').waitFor()
  assert.equal(window.complaints.length, 1)
  assert.match(window.complaints[0], /WebSocket connection to .*nowhere/)
  await window.close()
})

test('frames: bytes as in the RFC, a real log, and a HAR of it', async () => {
  const window = await openLab()
  const { page } = window
  const lesson = page.locator('#frames')
  await lesson.getByRole('textbox', { name: 'Payload' }).fill('Hello')
  await lesson.getByRole('combobox', { name: 'Direction' }).selectOption('server → client')
  assert.equal(await lesson.getByTestId('hex').innerText(), '81 05 48 65 6c 6c 6f')
  await lesson.getByRole('combobox', { name: 'Direction' }).selectOption('client → server')
  assert.match(await lesson.getByTestId('hex').innerText(), /^81 85( [0-9a-f]{2}){9}$/)

  await lesson.locator('[data-field="key"]').hover()
  assert.equal(await lesson.locator('.hex .lit').count(), 4)
  await lesson.locator('[data-field="opcode"]').focus()
  assert.equal(await lesson.locator('.bits .lit').count(), 4)

  await lesson.getByRole('button', { name: 'Send it for real' }).click()
  const row = (direction) => lesson.locator(`li[data-direction="${direction}"]`, { hasText: 'Hello' })
  await row('out').waitFor()
  await row('in').waitFor()
  assert.match(await row('out').innerText(), /11 B/)
  assert.match(await row('in').innerText(), /7 B/)
  await row('in').getByRole('button', { name: 'Inspect' }).click()
  assert.equal(await lesson.getByTestId('hex').innerText(), '81 05 48 65 6c 6c 6f')

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    lesson.getByRole('button', { name: 'Save as HAR' }).click(),
  ])
  const har = JSON.parse(readFileSync(await download.path(), 'utf8'))
  const messages = har.log.entries[0]._webSocketMessages
  assert.ok(har.log.entries[0].request.url.startsWith(`${server.wsUrl}/room/lab-`))
  assert.deepEqual(
    messages.filter(({ data }) => data === 'Hello').map(({ type }) => type),
    ['send', 'receive'],
  )
  await leave(window)
})

test('ways: polling hears the same as a WebSocket, later and dearer; what is lacking is said', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#ways')
  const way = (name) => lesson.locator(`[data-way="${name}"]`)
  const figure = (name, what) => way(name).locator(`[data-figure="${what}"]`)
  for (const name of ['longPolling', 'sse']) {
    await way(name).getByText('This server does not have it yet').waitFor()
  }
  await lesson.getByRole('combobox', { name: 'Messages published' }).selectOption('10 a second')
  await lesson.getByRole('button', { name: 'Start' }).click()
  for (const name of ['websocket', 'polling']) {
    await figure(name, 'seen').filter({ hasText: /^[2-9]\d \// }).waitFor()
  }
  await lesson.getByRole('button', { name: 'Stop' }).click()
  assert.equal(await figure('websocket', 'requests').innerText(), '1')
  assert.ok(Number(await figure('polling', 'requests').innerText()) >= 3)
  const bytes = async (name) =>
    Number((await figure(name, 'bytes').innerText()).replace(/[^\d]/g, '')) /
    Number((await figure(name, 'seen').innerText()).split(' ')[0])
  assert.ok((await bytes('websocket')) < (await bytes('polling')))
  const average = async (name) => {
    const [min, avg] = (await figure(name, 'latency').innerText()).split('/').map(Number)
    assert.ok(min > 0 && min <= avg, `${name}: ${min} ${avg}`)
    return avg
  }
  const [pushed, polled] = [await average('websocket'), await average('polling')]
  assert.ok(polled > pushed + 100, `${polled} ms against ${pushed} ms`)
  await leave(window)
})

test('ways: a slow line is played, and says so; what is pushed has one way to go, a poll has two', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#ways')
  const seen = (name) => lesson.locator(`[data-way="${name}"] [data-figure="seen"]`)
  const fastest = async (name) =>
    Number((await lesson.locator(`[data-way="${name}"] [data-figure="latency"]`).innerText()).split('/')[0])
  await lesson.getByRole('combobox', { name: 'Messages published' }).selectOption('20 a second')
  await lesson.getByRole('combobox', { name: 'Polling asks every' }).selectOption('0.25 s')
  await lesson.getByRole('button', { name: 'Start' }).click()
  await seen('websocket').filter({ hasText: /^[1-9]/ }).waitFor()
  assert.ok((await fastest('websocket')) < 300)
  assert.equal(await lesson.getByText('simulated').count(), 0)

  // Another line is another comparison.
  await lesson.getByRole('combobox', { name: 'Line' }).selectOption('Satellite, +600 ms')
  await lesson.getByText('The slow line is simulated').waitFor()
  for (const name of ['websocket', 'polling']) {
    await seen(name).filter({ hasText: /^[1-9]/ }).waitFor()
    assert.ok((await fastest(name)) >= 300, name)
  }
  await leave(window)
})

test('a server that goes down: the lab says what broke, and is back by itself', async () => {
  const own = await start({ command: 'demo' })
  const window = await openWindow(browser, `${own.url}/lab`)
  await window.inState('connected')
  const { page } = window
  await page.locator('#ways').getByRole('button', { name: 'Start' }).click()
  await page.locator('#ways [data-figure="seen"]', { hasText: /^[1-9]/ }).first().waitFor()
  await own.stop()
  await page.locator('#heartbeat').getByText(/^The line broke \(1001\)/).waitFor()
  await page.locator('#ways [data-way="polling"]').getByText('The server did not answer').waitFor()
  const again = await start({ command: 'demo', listen: `127.0.0.1:${own.port}` })
  await page.locator('#heartbeat [data-phase="beating"]').waitFor()
  await page.locator('#ways [data-way="websocket"] [data-figure="requests"]', { hasText: /^[2-9]/ }).waitFor()
  await window.close()
  await again.stop()
})

test('quiz: an answer at once, and a score', async () => {
  const window = await openLab()
  const lesson = window.page.locator('#quiz')
  const answer = (question, nth) =>
    lesson.locator(`[data-question="${question}"] button`).nth(nth).click()
  // By the keyboard: going past an answer does not choose it, and what was answered keeps the focus.
  const [first, second] = await lesson.locator('[data-question="accept"] button').all()
  await second.focus()
  await window.page.keyboard.press('Shift+Tab')
  await lesson.getByText('5 questions to go').waitFor()
  await window.page.keyboard.press('Enter')
  await lesson.getByText('Not quite.').waitFor()
  assert.ok(await first.evaluate((button) => button === document.activeElement))
  assert.equal(await first.getAttribute('aria-pressed'), 'true')
  await second.press('Enter')
  assert.equal(await second.getAttribute('aria-pressed'), 'false')
  await answer('mask', 0)
  await answer('silence', 2)
  await answer('herd', 1)
  await answer('code', 2)
  await lesson.getByText('4 of 5 right.').waitFor()
  await lesson.getByRole('button', { name: 'Try again', exact: true }).click()
  await lesson.getByText('5 questions to go').waitFor()
  assert.equal(await window.page.evaluate(() => document.activeElement.id), 'quiz-title')
  await leave(window)
})

test('the contents and the keys 1 to 7 lead to each lesson', async () => {
  const window = await openLab()
  const { page } = window
  const contents = page.getByRole('navigation', { name: 'Lessons' })
  await contents.getByRole('link', { name: 'Frames' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'frames-title')
  await contents.locator('[aria-current]', { hasText: 'Frames' }).waitFor()
  await page.keyboard.press('3')
  await page.waitForFunction(() => document.activeElement?.id === 'heartbeat-title')
  assert.equal(new URL(page.url()).hash, '#heartbeat')
  await leave(window)
})

test('where a token is asked for: first the way to sign in, then the lab by that token', async () => {
  const secret = 'a secret of the tests, long enough'
  const guarded = await start({ env: { PARLEY_SERVER__TOKEN_SECRET: secret } })
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = `${part({ alg: 'HS256' })}.${part({ sub: 'ann' })}`
  const token = `${claims}.${createHmac('sha256', secret).update(claims).digest('base64url')}`

  const outside = await openWindow(browser, `${guarded.url}/lab`)
  await outside.page.getByRole('button', { name: 'Sign in' }).click()
  await outside.page.getByRole('textbox', { name: 'Your token' }).fill(token)
  await outside.page.getByRole('button', { name: 'Come in' }).click()
  await outside.page.getByRole('navigation', { name: 'Lessons' }).waitFor()
  await outside.inState('connected')
  assert.equal(new URL(outside.page.url()).pathname, '/lab')
  await leave(outside)
  const inside = await openWindow(browser, `${guarded.url}/lab?token=${token}`)
  const { page } = inside
  await inside.inState('connected')
  await inside.pill.filter({ hasText: /ms/ }).waitFor()

  // Nothing that is seen, saved or logged by a proxy holds the token.
  assert.equal(page.url(), `${guarded.url}/lab`)
  const asked = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('websocket', (socket) => asked.push(socket.url()))
  await page.getByRole('button', { name: 'Open a real connection' }).click()
  await page.locator('#handshake .real[data-state="open"]').waitFor()
  assert.match(await page.locator('#handshake .real').innerText(), /\baccess_token\b/)
  const ways = page.locator('#ways')
  await ways.getByRole('button', { name: 'Start' }).click()
  for (const name of ['polling', 'websocket']) {
    await ways.locator(`[data-way="${name}"] [data-figure="seen"]`, { hasText: /^[1-9]/ }).waitFor()
  }
  const har = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as HAR' }).click()
  const saved = readFileSync(await (await har).path(), 'utf8')
  assert.ok(asked.length >= 4, asked.join(' '))
  const shown = await page.locator('body').innerText()
  for (const text of [...asked, saved, shown]) assert.ok(!text.includes(token), text)

  await page.reload()
  await inside.inState('connected')
  await page.getByText('Only the back end can do this').first().waitFor()
  await leave(inside)
  await guarded.stop()
})

for (const colorScheme of ['light', 'dark']) {
  for (const [size, device] of Object.entries({ desktop, phone })) {
    test(`axe is content: ${colorScheme}, ${size}`, async () => {
      const window = await openLab({ ...device, colorScheme, reducedMotion: 'reduce' })
      const { page } = window
      await page.locator('#close tr[data-code="1000"] button').click()
      await page.locator('#close .observed[data-state="closed"]').waitFor()
      await page.locator('#ways').getByRole('button', { name: 'Start' }).click()
      await page.locator('#ways [data-figure="seen"]', { hasText: /^[1-9]/ }).first().waitFor()
      await page.locator('[data-question="accept"] button').first().click()
      for (const summary of await page.locator('summary').all()) await summary.click()
      assert.equal(await page.locator('#heartbeat table').count(), 1, 'a table instead of a strip')
      await assertAccessible(page, '/lab')
      await leave(window)
    })
  }
}

for (const locale of ['en-US', 'zh-CN']) {
  test(`nothing overflows at 320 px in ${locale}`, async () => {
    const small = { ...phone, viewport: { width: 320, height: 568 } }
    const window = await openLab({ ...small, locale })
    const { page } = window
    await page.locator('#handshake .real button').click()
    await page.locator('#handshake .real[data-state="open"]').waitFor()
    await page.locator('#close tr[data-code="4002"] button').click()
    await page.locator('#close .observed[data-state="closed"]').waitFor()
    await page.locator('#frames input').first().fill('w'.repeat(300))
    await page.locator('#frames form').locator('[type="submit"]').click()
    await page.locator('#frames li[data-direction="in"]', { hasText: 'www' }).waitFor()
    for (const summary of await page.locator('summary').all()) await summary.click()
    await assertNoOverflow(page, '/lab')
    await leave(window)
  })
}
