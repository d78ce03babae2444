// Two windows talk: in /echo, in a room, across a change of room, with any JSON.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { start } from '../support/server.mjs'
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

for (const path of ['/echo', '/room/team', '/room/%E5%91%A8%E4%BC%9A']) {
  test(`two windows talk in ${path}`, async () => {
    const [zhangsan, lisi] = await openWindows(browser, server.url + path, ['zhangsan', 'lisi'])
    await zhangsan.say('hello')
    await lisi.sees('hello')
    await lisi.say('hello yourself')
    await zhangsan.sees('hello yourself')
    assert.deepEqual(await zhangsan.texts(), ['hello', 'hello yourself'])
    assert.deepEqual(await lisi.texts(), ['hello', 'hello yourself'])

    const own = lisi.log.locator('.group.own .bubble')
    assert.equal(await own.count(), 1)
    await lisi.log.locator('.own [data-state="sent"]').waitFor()
    await Promise.all([zhangsan.close(), lisi.close()])
  })
}

test('a newcomer gives a name, and the page remembers it', async () => {
  const window = await openWindow(browser, `${server.url}/echo`)
  const { page } = window
  await page.getByRole('button', { name: 'Enter the room' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('textbox', { name: 'Your name' }).fill('zhangsan')
  await page.getByRole('textbox', { name: 'Your name' }).press('Enter')
  await window.inState('connected')
  await page.reload()
  await window.inState('connected')
  assert.deepEqual(await window.people.allInnerTexts(), ['zhangsan'])
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

test('changing the room needs no reload, and coming back finds the conversation', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/one`, ['zhangsan', 'lisi'])
  await zhangsan.page.evaluate(() => (window.sameDocument = true))
  await zhangsan.say('in one')
  await lisi.sees('in one')

  const other = zhangsan.page.getByPlaceholder('Go to another room')
  await other.fill('two')
  await other.press('Enter')
  await zhangsan.page.waitForURL('**/room/two?username=zhangsan')
  await zhangsan.inState('connected')
  await zhangsan.say('in two')
  await zhangsan.log.locator('[data-state="sent"]').waitFor()

  await zhangsan.page.goBack()
  await zhangsan.page.getByRole('heading', { level: 1, name: 'one' }).waitFor()
  await zhangsan.inState('connected')
  await lisi.say('welcome back')
  await zhangsan.sees('welcome back')
  assert.deepEqual(await zhangsan.texts(), ['in one', 'welcome back'])
  assert.deepEqual(await lisi.texts(), ['in one', 'welcome back'])
  assert.equal(await zhangsan.page.evaluate(() => window.sameDocument), true)
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('raw clients read the words, and what they send shows as it is', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/raw`, ['zhangsan'])
  const heard = []
  const raw = new WebSocket(`${server.wsUrl}/room/raw?username=wangwu`)
  raw.binaryType = 'arraybuffer'
  raw.onmessage = (event) => heard.push(event.data)
  await new Promise((resolve) => (raw.onopen = resolve))

  await window.say('plain words')
  await window.log.locator('[data-state="sent"]').waitFor()
  raw.send('<b>not markup</b>')
  await window.sees('<b>not markup</b>')
  raw.send(new Uint8Array([0, 1, 2]))
  await window.sees('AAEC')
  assert.deepEqual(heard.slice(0, 2), ['plain words', '<b>not markup</b>'])
  raw.close()
  await window.close()
})
