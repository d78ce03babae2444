// What surrounds every app: the way between them, the help, languages and themes, who I am; that the
// page is light, quick, strict about what it loads, and asks nobody but its own server.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isSanitized, start } from '../support/server.mjs'
import { desktop, launch, openWindow, phone } from './support/browser.mjs'
import { assertAccessible, assertNoOverflow } from './support/checks.mjs'

const ENTRY_BYTES = 120 * 1024
/** What is promised of a release build; a sanitized one on a busy machine is given more. */
const PAINT_MS = isSanitized() ? 4000 : 1000
const PAGES = ['/', '/chat', '/danmaku', '/lab', '/chat/no/such/page']

let server, browser
before(async () => {
  server = await start({ command: 'demo', args: ['--no-cast'] })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('the rail leads to every app, and shows where we are', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  for (const [name, path] of [
    ['Chat', /\/chat(\/|$)/],
    ['Danmaku', /\/danmaku(\/|$)/],
    ['Lab', /\/lab$/],
    ['Start', /\/$/],
  ]) {
    const link = page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name })
    await link.click()
    await page.waitForURL(path)
    await page.locator(`nav a[aria-current="page"]`, { hasText: name }).waitFor()
    await window.inState('connected')
  }
  assert.deepEqual(window.complaints, [])
  await window.close()
})

test('the help lists the keys of the shell and of the page', async () => {
  const window = await openWindow(browser, `${server.url}/chat/lobby`, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  const help = page.getByRole('dialog', { name: 'Keyboard and help' })
  // A question mark that somebody writes is a question mark.
  await window.composer.press('?')
  assert.equal(await window.composer.inputValue(), '?')
  assert.ok(await help.isHidden())
  for (const [key, place] of [
    ['Control+/', window.composer],
    ['?', page.locator('.pill')],
  ]) {
    await place.press(key)
    await help.getByText('This help', { exact: true }).waitFor()
    assert.ok((await help.locator('.row').count()) > 3)
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
  }
  await window.close()
})

test('a name is asked for once, and may be changed', async () => {
  const window = await openWindow(browser, `${server.url}/chat/lobby`)
  const { page } = window
  await page.getByRole('button', { name: 'Come in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('textbox', { name: 'Your name' }).fill('  wangwu ')
  await page.keyboard.press('Enter')
  await window.inState('connected')
  await page.reload()
  await window.inState('connected')
  await page.getByRole('button', { name: 'You are wangwu. Change your name' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change who you are' })
  await dialog.getByRole('textbox').fill('zhaoliu')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'You are zhaoliu. Change your name' }).waitFor()
  assert.deepEqual(window.complaints, [])
  await window.close()
})

test('a phone finds help, name, language and theme on the start page', async () => {
  const window = await openWindow(browser, server.url, { ...phone, user: 'zhangsan' })
  const { page } = window
  await page.getByRole('button', { name: 'Keyboard and help' }).tap()
  const help = page.getByRole('dialog', { name: 'Keyboard and help' })
  await help.getByRole('button', { name: 'Close' }).tap()
  await help.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'You are zhangsan. Change your name' }).tap()
  const dialog = page.getByRole('dialog', { name: 'Change who you are' })
  await dialog.getByRole('textbox').fill('zhaoliu')
  await dialog.getByRole('button', { name: 'Come in' }).tap()
  await page.getByRole('button', { name: 'You are zhaoliu. Change your name' }).waitFor()
  await page.getByRole('button', { name: 'Theme: as the system' }).waitFor()
  await page.getByRole('button', { name: '中文' }).waitFor()
  await window.close()
})

test('the title says where we are, in the language of the page', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  const titled = (title) => page.waitForFunction((wanted) => document.title === wanted, title)
  const open = (name) => page.getByRole('navigation').getByRole('link', { name }).first().click()
  await titled('Start · Parley')
  await open('Chat')
  await page.waitForFunction(() => !document.title.startsWith('Start'))
  await open('Lab')
  await titled('Connection lab · Parley')
  await page.getByRole('button', { name: '中文' }).click()
  await titled('连接实验室 · Parley')
  await page.goto(`${server.url}/chat/no/such/page`)
  await titled('页面不存在 · Parley')
  await window.close()
  const stranger = await openWindow(browser, `${server.url}/chat`)
  await stranger.page.waitForFunction(() => document.title === 'Who is talking? · Parley')
  await stranger.close()
})

test('a line that is lost and comes back is told to whom sees no pill', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  const told = page.getByRole('status').filter({ hasText: 'Connection:' })
  assert.equal(await told.count(), 0)
  await window.pill.click()
  await page.getByRole('button', { name: 'Simulate a drop' }).click()
  await told.getByText('Connection: Reconnecting').waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Try now' }).click()
  await told.getByText('Connection: Connected').waitFor({ state: 'attached' })
  await window.close()
})

test('language and theme are kept', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan', colorScheme: 'light' })
  const { page } = window
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('link', { name: '聊天', exact: true }).first().waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')
  const theme = page.getByRole('button', { name: /^主题/ })
  await theme.click()
  await theme.click()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await page.reload()
  await page.getByRole('link', { name: '聊天', exact: true }).first().waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await window.close()
})

for (const colorScheme of ['light', 'dark']) {
  for (const [size, device] of Object.entries({ desktop, phone })) {
    test(`axe is content with every page: ${colorScheme}, ${size}`, async () => {
      for (const path of PAGES) {
        const options = { ...device, colorScheme, reducedMotion: 'reduce', user: 'zhangsan' }
        const window = await openWindow(browser, server.url + path, options)
        await window.page.getByRole('heading', { level: 1 }).first().waitFor()
        if (path !== PAGES.at(-1)) await window.inState('connected')
        await assertAccessible(window.page, path)
        assert.deepEqual(window.complaints, [], path)
        await window.close()
      }
    })
  }
}

for (const locale of ['en-US', 'zh-CN']) {
  test(`nothing is wider than 320 px in ${locale}`, async () => {
    for (const path of PAGES) {
      const small = { ...phone, viewport: { width: 320, height: 568 }, locale, user: 'zhangsan' }
      const window = await openWindow(browser, server.url + path, small)
      await window.page.getByRole('heading', { level: 1 }).first().waitFor()
      await assertNoOverflow(window.page, path)
      await window.close()
    }
  })
}

test('the page asks nobody but its own server, and the content policy is strict', async () => {
  for (const path of PAGES.slice(0, -1)) {
    const response = await fetch(server.url + path)
    const policy = response.headers.get('content-security-policy') ?? ''
    for (const rule of ["default-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(rule), `${path}: ${rule} in ${policy}`)
    }
    assert.doesNotMatch(policy, /unsafe-/)
    await response.text()
  }
  const context = await browser.newContext()
  const page = await context.newPage()
  const foreign = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(server.url).host) foreign.push(request.url())
  })
  for (const path of PAGES) {
    await page.goto(`${server.url}${path}?username=zhangsan`)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }
  assert.deepEqual(foreign, [])
  await context.close()
})

/** Sizes, compressed, of what the page's head asks for: its style, its script, and what that imports. */
async function entrySizes() {
  const html = await (await fetch(server.url)).text()
  const waiting = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map((match) => match[1])
  const sizes = new Map()
  for (const path of waiting) {
    if (sizes.has(path)) continue
    const text = await (await fetch(server.url + path)).text()
    sizes.set(path, gzipSync(text, { level: 9 }).length)
    const imports = text.matchAll(/(?:from|import)\s*"(\.\/[^"]+\.js)"/g)
    waiting.push(...[...imports].map((match) => new URL(match[1], server.url + path).pathname))
  }
  return sizes
}

/** Of a browser that has seen nothing of the page yet. */
async function firstPaint() {
  const window = await openWindow(browser, server.url)
  await window.page.getByRole('heading', { level: 1 }).first().waitFor()
  const [{ startTime }] = await window.page.evaluate(() =>
    performance.getEntriesByName('first-contentful-paint').map((entry) => entry.toJSON()),
  )
  await window.close()
  return startTime
}

test('the entry is small and paints at once', async (t) => {
  const sizes = await entrySizes()
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  assert.ok(sizes.size >= 4, [...sizes.keys()].join(' '))

  const paints = []
  while (paints.length < 3 && !paints.some((ms) => ms < PAINT_MS)) paints.push(await firstPaint())
  const painted = paints.map((ms) => `${Math.round(ms)} ms`).join(', ')
  t.diagnostic(`entry ${(bytes / 1024).toFixed(1)} KiB compressed, first paint after ${painted}`)
  assert.ok(bytes <= ENTRY_BYTES, `${bytes} bytes`)
  assert.ok(Math.min(...paints) < PAINT_MS, `first paint after ${painted}`)
})
