// Who is here, who is typing, who I am, and the number in the title.
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

const names = async (window) => (await window.people.allInnerTexts()).toSorted()

test('people come and go by name; a second window of one person changes nothing', async () => {
  const address = `${server.url}/room/team`
  const [zhangsan] = await openWindows(browser, address, ['zhangsan'])
  const [lisi, lisiToo] = await openWindows(browser, address, ['lisi', 'lisi'])
  await zhangsan.page.getByRole('heading', { name: '2 people here' }).waitFor()
  await lisi.page.getByRole('heading', { name: '2 people here' }).waitFor()
  assert.deepEqual(await names(zhangsan), ['lisi', 'zhangsan'])
  assert.deepEqual(await names(lisi), ['lisi', 'zhangsan'])

  await lisi.close()
  await lisiToo.say('still here')
  await zhangsan.sees('still here')
  assert.deepEqual(await names(zhangsan), ['lisi', 'zhangsan'])

  await lisiToo.close()
  await zhangsan.page.getByRole('heading', { name: '1 person here' }).waitFor()
  assert.deepEqual(await names(zhangsan), ['zhangsan'])
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
  // By itself it would end five seconds later.
  const left = zhangsan.page.evaluate(typingWhenSaid, 'hm')
  await lisi.composer.press('Enter')
  assert.equal(await left, '')
  await Promise.all([zhangsan.close(), lisi.close()])
})

/** In the page: what the line of typists says in the frame in which the message comes. */
function typingWhenSaid(text) {
  const isSaid = () =>
    [...document.querySelectorAll('.message .text')].some((words) => words.innerText === text)
  return new Promise((resolve) => {
    const look = () => {
      if (isSaid()) resolve(document.querySelector('.typing').innerText)
      else requestAnimationFrame(look)
    }
    look()
  })
}

test('an unread count stands in the title while the tab is hidden', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/title`, [
    'zhangsan',
    'lisi',
  ])
  const setHidden = (hidden) =>
    zhangsan.page.evaluate((value) => {
      const answer = (name, result) =>
        Object.defineProperty(document, name, { configurable: true, get: () => result })
      answer('hidden', value)
      answer('visibilityState', value ? 'hidden' : 'visible')
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
  await window.people.getByText('zhangsan').waitFor()
  await window.page.getByRole('button', { name: 'You are zhangsan. Change your name' }).click()
  await window.page.getByRole('textbox', { name: 'Your name' }).fill('zhaoliu')
  await window.page.getByRole('textbox', { name: 'Your name' }).press('Enter')
  await window.people.getByText('zhaoliu').waitFor()
  await window.page.waitForFunction(
    () => document.querySelectorAll('.people .side-row').length === 1,
  )
  assert.deepEqual(await names(window), ['zhaoliu'])
  await window.close()
})
