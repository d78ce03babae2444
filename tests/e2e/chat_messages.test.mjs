// What happens to a message after it was said, seen from two windows: edit, delete, reactions,
// replies, links, and the Markdown that it may hold.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, openWindows, phone } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const room = (name) => openWindows(browser, `${server.url}/room/${name}`, ['zhangsan', 'lisi'])
const tool = async (window, text, name) => {
  await window.row(text).hover()
  await window.page.getByRole('toolbar').getByRole('button', { name, exact: true }).click()
}
const menu = async (window, text, name) => {
  await tool(window, text, 'More actions')
  await window.page.getByRole('menuitem', { name }).click()
}

test('an edit shows on both sides, marked; the last own message is one key away', async () => {
  const [zhangsan, lisi] = await room('edit')
  await zhangsan.say('teh tea')
  await lisi.sees('teh tea')
  await zhangsan.composer.press('ArrowUp')
  assert.equal(await zhangsan.composer.inputValue(), 'teh tea')
  await zhangsan.say('the tea')
  await lisi.sees('the tea')
  await lisi.log.getByText('(edited)').waitFor()
  assert.deepEqual(await zhangsan.texts(), ['the tea'])

  await zhangsan.composer.fill('a draft')
  await menu(zhangsan, 'the tea', 'Edit')
  assert.equal(await zhangsan.composer.inputValue(), 'the tea')
  await zhangsan.composer.press('Escape')
  assert.equal(await zhangsan.composer.inputValue(), 'a draft')

  await lisi.row('the tea').hover()
  await lisi.page.getByRole('button', { name: 'More actions' }).click()
  await lisi.page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
  assert.equal(await lisi.page.getByRole('menuitem', { name: 'Edit' }).count(), 0)
  assert.equal(await lisi.page.getByRole('menuitem', { name: 'Delete' }).count(), 0)
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('deleting asks, then leaves a trace on both sides', async () => {
  const [zhangsan, lisi] = await room('delete')
  await zhangsan.say('a secret')
  await lisi.sees('a secret')
  await menu(zhangsan, 'a secret', 'Delete')
  await zhangsan.page.getByRole('button', { name: 'Keep it' }).click()
  await zhangsan.sees('a secret')
  await menu(zhangsan, 'a secret', 'Delete')
  await zhangsan.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await lisi.log.getByText('This message was deleted').waitFor()
  assert.deepEqual(await lisi.texts(), [])
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('reactions count, name and go back', async () => {
  const [zhangsan, lisi] = await room('react')
  await zhangsan.say('tea?')
  await lisi.sees('tea?')
  await tool(lisi, 'tea?', 'React with 👍')
  const reaction = (window) => window.row('tea?').locator('.reaction')
  await reaction(zhangsan).waitFor()
  assert.match(await reaction(zhangsan).getAttribute('title'), /lisi/)
  await reaction(zhangsan).click()
  await lisi.row('tea?').locator('.count', { hasText: '2' }).waitFor()
  await reaction(lisi).click()
  await zhangsan.row('tea?').locator('.count', { hasText: '1' }).waitFor()

  await tool(lisi, 'tea?', 'React')
  await lisi.page.getByRole('searchbox', { name: 'Search emoji' }).fill('teacup')
  await lisi.page.keyboard.press('Enter')
  await zhangsan.row('tea?').locator('.reaction', { hasText: '🍵' }).waitFor()
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('a reply quotes, and the quote leads back to a message far away', async () => {
  const [zhangsan, lisi] = await room('reply')
  await zhangsan.say('the question')
  await lisi.sees('the question')
  for (let n = 0; n < 40; n++) await zhangsan.say(`filler ${n}`)
  await lisi.sees('filler 39')
  await lisi.log.hover()
  await lisi.page.mouse.wheel(0, -10_000)
  await tool(lisi, 'the question', 'Reply')
  await lisi.page.getByText('Reply to zhangsan').waitFor()
  await lisi.say('the answer')
  await zhangsan.sees('the answer')
  assert.equal(await zhangsan.page.locator('[data-id] .text', { hasText: 'the question' }).count(), 0)
  await zhangsan.row('the answer').getByRole('button', { name: /the question/ }).click()
  await zhangsan.log.locator('.flashed', { hasText: 'the question' }).waitFor()
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('a link to a message opens the room at that message', async () => {
  const [zhangsan, lisi] = await room('link')
  await zhangsan.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await lisi.say('remember this')
  await zhangsan.sees('remember this')
  await menu(zhangsan, 'remember this', 'Copy link')
  const link = await zhangsan.page.evaluate(() => navigator.clipboard.readText())
  for (let n = 0; n < 120; n++) await lisi.say(`filler ${n}`)
  await zhangsan.sees('filler 119')
  await lisi.page.goto(link)
  await lisi.log.locator('.flashed', { hasText: 'remember this' }).waitFor()
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('Markdown is a safe subset; emoji alone are large', async () => {
  const [zhangsan, lisi] = await room('markdown')
  await zhangsan.say('**bold** and `code` and https://example.org/x?y=1 <img src=x onerror=alert(1)> ![i](https://example.org/i.png)')
  const text = lisi.bubbles.first()
  await text.locator('strong').waitFor()
  assert.equal(await text.locator('strong').innerText(), 'bold')
  assert.equal(await text.locator('code').innerText(), 'code')
  const link = text.locator('a').first()
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow')
  assert.equal(await link.getAttribute('target'), '_blank')
  assert.equal(await text.locator('img').count(), 0)
  await zhangsan.say('[click](javascript:alert(1))')
  await lisi.bubbles.nth(1).waitFor()
  assert.equal(await lisi.bubbles.nth(1).locator('a').count(), 0)
  await zhangsan.say('🎉🎉')
  await lisi.log.locator('.text.large').waitFor()
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('by keyboard: arrows walk the messages, Enter opens the menu', async () => {
  const [zhangsan, lisi] = await room('keys')
  for (const text of ['one', 'two', 'three']) await zhangsan.say(text)
  await lisi.sees('three')
  const { page } = lisi
  for (const key of ['Shift+Tab', 'Shift+Tab']) await page.keyboard.press(key)
  await page.locator('[data-row]:focus-within').waitFor()
  const focusedText = () =>
    page.evaluate(() => document.activeElement.closest('[data-row]')?.getAttribute('aria-label'))
  await lisi.row('three').focus()
  await page.keyboard.press('ArrowUp')
  assert.equal(await focusedText(), 'zhangsan: two')
  await page.keyboard.press('ArrowUp')
  assert.equal(await focusedText(), 'zhangsan: one')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Reply' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Reply to zhangsan').waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('by finger: a long press opens the sheet', async () => {
  const window = await openWindow(browser, `${server.url}/room/touch`, { ...phone, user: 'zhangsan' })
  await window.inState('connected')
  await window.say('hold me')
  await window.row('hold me').and(window.page.locator('[data-state="sent"]')).waitFor()
  const box = await window.row('hold me').locator('.text').boundingBox()
  const devtools = await window.page.context().newCDPSession(window.page)
  const touchPoints = [{ x: box.x + 10, y: box.y + 8 }]
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  const sheet = window.page.getByRole('dialog', { name: 'What to do with this message' })
  await sheet.waitFor()
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await sheet.getByRole('button', { name: 'React with 👍' }).tap()
  await window.row('hold me').locator('.reaction').waitFor()
  await window.close()
})
