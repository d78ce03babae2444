// From 320 px up: nothing sticks out, a phone shows one pane at a time, fingers find their targets,
// the page speaks the browser's language, and without WebSocket it says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, openWindows, phone } from './support/browser.mjs'
import { assertNoOverflow } from './support/checks.mjs'

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

for (const locale of ['en-US', 'zh-CN']) {
  test(`nothing sticks out at 320 px in ${locale}`, async () => {
    const room = `${server.url}/room/a-room-with-quite-a-long-name-${locale}`
    const user = 'someone-with-quite-a-long-name-'
    const window = await openWindow(browser, room, { ...small, locale, user })
    const { page } = window
    await window.inState('connected')
    await assertNoOverflow(page, 'empty')
    await window.say('w'.repeat(200))
    await window.say('https://example.org/' + 'path/'.repeat(40))
    await window.say('```\n' + 'code '.repeat(60) + '\n```')
    await window.log.locator('pre').waitFor()
    await window.composer.fill('@')
    await page.getByRole('listbox').waitFor({ state: 'attached' })
    await assertNoOverflow(page, 'messages')
    await window.composer.fill('')
    await window.composer.press('ArrowUp')
    await assertNoOverflow(page, 'editing')
    await window.composer.press('Escape')

    await page.getByRole('button', { name: /^(Emoji|表情)$/ }).tap()
    await page.locator('.cell').first().waitFor()
    await assertNoOverflow(page, 'emoji')
    await page.keyboard.press('Escape')
    await page.locator('.cell').first().waitFor({ state: 'detached' })

    await window.pill.tap()
    await page.locator('.events').waitFor()
    await assertNoOverflow(page, 'connection')
    await page.context().setOffline(true)
    await page.locator('.panel .button').tap()
    await window.inState('waiting')
    await page.keyboard.press('Escape')
    await page.locator('[data-notice="down"]').waitFor()
    await window.say('waits')
    await window.say('waits, too')
    await assertNoOverflow(page, 'offline')
    await window.close()
  })
}

test('a phone shows the list or the conversation, and targets fit a finger', async () => {
  const [lisi] = await openWindows(browser, `${server.url}/room/phone`, ['lisi'])
  const window = await openWindow(browser, `${server.url}/room/phone`, { ...phone, user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('textarea')).fontSize), '16px')
  assert.equal(await page.getByRole('navigation', { name: 'Apps' }).isVisible(), false)
  assert.equal(await page.getByRole('link', { name: /^lobby/ }).count(), 0)

  const assertFingers = async (where) => {
    const boxes = await page.getByRole('button').or(page.getByRole('link')).evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility() && !element.closest('[role=log], dialog'))
        .map((element) => {
          const own = element.getBoundingClientRect().height
          const around = Number.parseFloat(getComputedStyle(element, '::after').height) || 0
          return [element.ariaLabel ?? element.innerText, Math.max(own, around)]
        }),
    )
    assert.ok(boxes.length >= 4, where)
    for (const [name, height] of boxes) assert.ok(height >= 44, `${where}: ${name}: ${height}px`)
  }
  await assertFingers('conversation')

  await page.getByRole('button', { name: 'More about this conversation' }).tap()
  await page.getByRole('menuitem', { name: '2 people here' }).tap()
  await page.getByRole('dialog', { name: '2 people here' }).getByText('lisi').tap()
  await page.getByRole('heading', { level: 1, name: 'lisi' }).waitFor()

  await page.getByRole('button', { name: 'Back to the list' }).tap()
  await page.getByRole('link', { name: /^phone/ }).waitFor()
  assert.equal(await window.composer.count(), 0)
  await page.getByRole('navigation', { name: 'Apps' }).waitFor()
  await assertFingers('list')
  await lisi.say('news')
  await page.getByRole('link', { name: /^phone/ }).getByText('1 unread message').waitFor({ state: 'attached' })
  await page.getByRole('link', { name: /^phone/ }).tap()
  await window.sees('news')
  await Promise.all([lisi.close(), window.close()])
})

test('the language is the browser’s, then the toggle’s, at once and everywhere', async () => {
  const window = await openWindow(browser, `${server.url}/room/words`, { locale: 'zh-CN', user: '张三' })
  const { page } = window
  await window.inState('connected')
  await window.say('你好')
  await window.sees('你好')
  await page.getByRole('heading', { name: '1 人在线' }).waitFor()
  await page.getByText('会话从这里开始。').waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: '1 person here' }).waitFor()
  await page.getByText('This is where the conversation begins.').waitFor()
  await window.close()
})

test('without WebSocket the page says so', async () => {
  const context = await browser.newContext({ locale: 'en-US' })
  await context.addInitScript(() => delete window.WebSocket)
  const page = await context.newPage()
  await page.goto(`${server.url}/room/old`)
  await page.getByRole('heading', { name: 'This browser has no WebSocket' }).waitFor()
  await context.close()
})
