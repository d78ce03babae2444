// Who is here, who came, who left, who is typing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, openWindows } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('people come and go by name; a second window of one person changes nothing', async () => {
  const address = `${server.url}/room/team`
  const [zhangsan] = await openWindows(browser, address, ['zhangsan'])
  const [lisi, lisiToo] = await openWindows(browser, address, ['lisi', 'lisi'])
  await zhangsan.log.getByText('lisi joined', { exact: true }).waitFor()
  await zhangsan.page.getByRole('heading', { name: '2 people here' }).waitFor()
  assert.deepEqual(await zhangsan.people.allInnerTexts(), ['zhangsan', 'lisi'])
  assert.deepEqual(await lisi.people.allInnerTexts(), ['lisi', 'zhangsan'])

  await lisi.close()
  await lisiToo.say('still here')
  await zhangsan.sees('still here')
  assert.deepEqual(await zhangsan.people.allInnerTexts(), ['zhangsan', 'lisi'])

  await lisiToo.close()
  await zhangsan.log.getByText('lisi left', { exact: true }).waitFor()
  await zhangsan.page.getByRole('heading', { name: '1 person here' }).waitFor()
  assert.deepEqual(await zhangsan.people.allInnerTexts(), ['zhangsan'])
  await zhangsan.close()
})

test('typing shows to the others and ends with the message', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/typing`, [
    'zhangsan',
    'lisi',
  ])
  await lisi.composer.pressSequentially('hm')
  await zhangsan.page.getByText('lisi is typing…').waitFor()
  assert.equal(await lisi.page.locator('.typing').innerText(), '')
  await lisi.composer.press('Enter')
  await zhangsan.sees('hm')
  await zhangsan.page.getByText('lisi is typing…').waitFor({ state: 'detached' })
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('an unread count stands in the title while the tab is hidden', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/title`, [
    'zhangsan',
    'lisi',
  ])
  const setHidden = (hidden) =>
    zhangsan.page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await setHidden(true)
  await lisi.say('are you there?')
  await zhangsan.page.waitForFunction(() => document.title === '(1) #title · Parley')
  await setHidden(false)
  await zhangsan.page.waitForFunction(() => document.title === '#title · Parley')
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('a change of name is a change of person', async () => {
  const window = await openWindow(browser, `${server.url}/room/names`, { user: 'zhangsan' })
  await window.inState('connected')
  await window.page.getByRole('button', { name: 'Change your name' }).click()
  await window.page.getByRole('textbox', { name: 'Your name' }).fill('zhaoliu')
  await window.page.getByRole('button', { name: 'Save' }).click()
  await window.page.locator('.people').getByText('zhaoliu').waitFor()
  assert.deepEqual(await window.people.allInnerTexts(), ['zhaoliu'])
  await window.close()
})
