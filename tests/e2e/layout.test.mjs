// From 320 px up: nothing overflows, the drawer holds what the side panel holds, fingers find their
// targets, and a person without WebSocket gets words instead of a dead page.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, phone } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const small = { ...phone, viewport: { width: 320, height: 568 } }

async function assertNoOverflow(page, where) {
  const tooWide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const scrolls = document.documentElement.scrollWidth > width
    const out = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect()
      return box.width > 0 && !element.closest('.sr-only') && box.right > width + 0.5
    })
    return [...(scrolls ? ['document'] : []), ...out.map((element) => element.outerHTML.slice(0, 90))]
  })
  assert.deepEqual(tooWide, [], where)
}

for (const locale of ['en-US', 'zh-CN']) {
  test(`nothing overflows at 320 px in ${locale}`, async () => {
    const joining = await openWindow(browser, `${server.url}/echo`, { ...small, locale })
    await joining.page.getByRole('textbox').first().waitFor()
    await assertNoOverflow(joining.page, 'join')
    await joining.close()

    const room = `${server.url}/room/a-room-with-quite-a-long-name-indeed`
    const options = { ...small, locale, user: 'someone-with-quite-a-long-name-' }
    const window = await openWindow(browser, room, options)
    const { page } = window
    await window.inState('connected')
    await assertNoOverflow(page, 'empty')
    await window.say('w'.repeat(200))
    await window.say('https://example.org/' + 'path/'.repeat(40))
    await window.bubbles.nth(1).waitFor()
    await assertNoOverflow(page, 'messages')
    await window.pill.click()
    await page.locator('.events').waitFor()
    await assertNoOverflow(page, 'connection')
    await page.locator('.panel .button').click()
    await window.inState('waiting')
    await page.keyboard.press('Escape')
    await page.locator('.bar').waitFor()
    await assertNoOverflow(page, 'offline')
    await window.close()
  })
}

test('on a phone the drawer leads to people and rooms, and targets fit a finger', async () => {
  const window = await openWindow(browser, `${server.url}/room/phone`, { ...phone, user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('textarea')).fontSize), '16px')

  await page.getByRole('button', { name: 'Rooms and people' }).tap()
  const drawer = page.getByRole('dialog', { name: 'Rooms and people' })
  await drawer.getByRole('button', { name: 'zhangsan you' }).waitFor()
  const boxes = await drawer.getByRole('button').evaluateAll((buttons) =>
    buttons.map((button) => [button.innerText, button.getBoundingClientRect().height]),
  )
  assert.ok(boxes.length >= 5)
  for (const [name, height] of boxes) assert.ok(height >= 44, `${name}: ${height}px`)

  await drawer.getByRole('button', { name: 'zhangsan you' }).tap()
  await drawer.waitFor({ state: 'hidden' })
  await page.locator('.chip', { hasText: 'only to zhangsan' }).waitFor()
  await window.close()
})

test('without WebSocket the page says so', async () => {
  const context = await browser.newContext({ locale: 'en-US' })
  await context.addInitScript(() => delete window.WebSocket)
  const page = await context.newPage()
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'This browser has no WebSocket' }).waitFor()
  await context.close()
})
