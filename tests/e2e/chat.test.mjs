// Two windows talk: in /echo, in a room, across a change of room, with whoever knows no schema.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { eventually, start } from '../support/server.mjs'
import { launch, openWindow, openWindows, wrapPage } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

for (const path of ['/echo', '/room/team', '/room/%E5%91%A8%E4%BC%9A', '/chat/lounge']) {
  test(`two windows talk in ${path}`, async () => {
    const [zhangsan, lisi] = await openWindows(browser, server.url + path, ['zhangsan', 'lisi'])
    await zhangsan.say('hello')
    await lisi.sees('hello')
    await lisi.say('hello yourself')
    await zhangsan.sees('hello yourself')
    assert.deepEqual(await zhangsan.texts(), ['hello', 'hello yourself'])
    assert.deepEqual(await lisi.texts(), ['hello', 'hello yourself'])
    await lisi.row('hello yourself').and(lisi.page.locator('[data-state="sent"]')).waitFor()
    await Promise.all([zhangsan.close(), lisi.close()])
  })
}

test('a newcomer gives a name, and the page remembers it', async () => {
  const window = await openWindow(browser, `${server.url}/echo`)
  const { page } = window
  await page.getByRole('button', { name: 'Come in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('textbox', { name: 'Your name' }).fill('zhangsan')
  await page.getByRole('textbox', { name: 'Your name' }).press('Enter')
  await window.inState('connected')
  await page.reload()
  await window.inState('connected')
  await window.people.getByText('zhangsan').waitFor()
  await window.close()
})

test('the empty room opens a second window to talk to oneself', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/alone`, ['zhangsan'])
  const [popup] = await Promise.all([
    window.page.context().waitForEvent('page'),
    window.page.getByRole('link', { name: 'Open a second window to talk to yourself' }).click(),
  ])
  const other = wrapPage(popup)
  await other.inState('connected')
  await other.say('it is me')
  await window.sees('it is me')
  await window.close()
})

test('two windows of one browser do not undo each other', async () => {
  const [one] = await openWindows(browser, `${server.url}/room/loud`, ['zhangsan'])
  const two = wrapPage(await one.page.context().newPage())
  await two.page.goto(`${server.url}/room/elsewhere?username=zhangsan`)
  await two.inState('connected')
  const lisi = await openWindow(browser, `${server.url}/room/loud`, { user: 'lisi' })
  await lisi.inState('connected')
  const listed = (window, room) => window.page.locator('.item', { hasText: room })

  await one.page.getByRole('button', { name: 'More about this conversation' }).click()
  const levels = await one.page.getByRole('menuitemradio').allInnerTexts()
  assert.deepEqual(levels, ['All messages', 'Mentions only', 'Nothing'])
  await one.page.getByRole('menuitemradio', { name: 'Nothing' }).click()
  await one.page.locator('.item.muted', { hasText: 'loud' }).waitFor()
  await one.page.reload() // it is written down
  await one.page.locator('.item.muted', { hasText: 'loud' }).waitFor()
  await lisi.say('noise')
  await listed(two, 'loud').getByText('noise').waitFor()
  await two.page.reload()
  await two.page.locator('.item.muted', { hasText: 'loud' }).waitFor()

  await one.page.getByRole('button', { name: 'More about this conversation' }).click()
  await one.page.getByRole('menuitem', { name: 'Leave' }).click()
  await listed(one, 'loud').waitFor({ state: 'detached' })
  await one.page.reload()
  await lisi.say('more noise')
  await listed(two, 'loud').getByText('more noise').waitFor()
  await two.page.reload()
  await listed(two, 'elsewhere').waitFor()
  assert.equal(await listed(two, 'loud').count(), 0)
  await Promise.all([one.close(), lisi.close()])
})

test('changing the room needs no reload, and coming back finds the conversation', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/one`, ['zhangsan', 'lisi'])
  const { page } = zhangsan
  await page.evaluate(() => (window.sameDocument = true))
  await zhangsan.say('in one')
  await lisi.sees('in one')

  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByRole('textbox', { name: 'Room' }).fill('two')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/chat/two')
  await page.getByRole('heading', { level: 1, name: '#two' }).waitFor()
  await zhangsan.say('in two')
  await zhangsan.row('in two').and(page.locator('[data-state="sent"]')).waitFor()
  await lisi.say('while you were away')

  await page.goBack()
  await page.getByRole('heading', { level: 1, name: '#one' }).waitFor()
  await zhangsan.sees('while you were away')
  assert.deepEqual(await zhangsan.texts(), ['in one', 'while you were away'])
  await page.getByRole('link', { name: /^two/ }).click()
  await zhangsan.sees('in two')
  assert.equal(await page.evaluate(() => window.sameDocument), true)
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('raw clients hear the words, and what they send shows as it is', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/raw`, ['zhangsan'])
  const heard = []
  const raw = new WebSocket(`${server.wsUrl}/room/raw?username=wangwu`)
  raw.onmessage = (event) => heard.push(event.data)
  await new Promise((resolve) => (raw.onopen = resolve))

  await window.say('plain words')
  await eventually(() => heard.length > 0, 'the words at the raw client')
  assert.equal(JSON.parse(heard[0]).text, 'plain words')
  raw.send('<b>not markup</b>')
  await window.sees('<b>not markup</b>')
  assert.equal(await window.log.locator('.text b').count(), 0)
  raw.close()
  await window.close()
})
