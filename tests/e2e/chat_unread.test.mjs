// What is new to me: badges, the divider on which a room opens, mentions, the keys and the switcher
// that lead there, mute and leave.
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

const line = (window, name) => window.page.getByRole('link', { name: new RegExp(`^${name}`) })
const atBottom = ({ log }) =>
  log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight < 2)
const heading = (window, name) => window.page.getByRole('heading', { level: 1, name }).waitFor()

/** Resolves when the log has come to rest with the unread divider in its upper part. */
const dividerAtTop = ({ page }) =>
  page.waitForFunction(
    () => {
      const list = document.querySelector('[role=log]')
      const divider = list?.querySelector('.line.unread')
      if (!divider) return false
      const down = divider.getBoundingClientRect().top - list.getBoundingClientRect().top
      const rests = down === window.downBefore
      window.downBefore = down
      return rests && down >= 0 && down < 120
    },
    undefined,
    { polling: 400 },
  )

test('badges count, and the room opens on the unread divider', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/news`, ['zhangsan', 'lisi'])
  for (let n = 0; n < 30; n++) await lisi.say(`old ${n}`)
  await zhangsan.sees('old 29')
  await line(zhangsan, 'lobby').click()
  await heading(zhangsan, '#lobby')
  for (let n = 0; n < 30; n++) await lisi.say(`new ${n}`)
  await lisi.say('@zhangsan look')
  await line(zhangsan, 'news').getByText('1 new for you').waitFor({ state: 'attached' })
  await zhangsan.page.waitForFunction(() => document.title.startsWith('(31)'))

  await line(zhangsan, 'news').click()
  await zhangsan.log.locator('.line.unread').waitFor()
  await zhangsan.sees('new 0')
  await dividerAtTop(zhangsan)
  // What is not on screen yet is not read.
  await zhangsan.page.getByRole('button', { name: '31 new messages' }).waitFor()
  assert.equal(await zhangsan.page.title(), '(31) #news · Parley')
  // Esc: read, and down.
  await zhangsan.composer.press('Escape')
  await zhangsan.log.locator('.mentioned').waitFor()
  await zhangsan.page.waitForFunction(() => document.title === '#news · Parley')
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('a page load lands on the divider too; Shift+PgUp leads back to it, and nowhere without it', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/tea`, ['zhangsan', 'lisi'])
  const { page } = zhangsan
  for (let n = 0; n < 30; n++) await lisi.say(`old ${n}`)
  await zhangsan.sees('old 29')
  await line(zhangsan, 'lobby').click()
  await heading(zhangsan, '#lobby')
  for (let n = 0; n < 60; n++) await lisi.say(`new ${n}`)
  await line(zhangsan, 'tea').getByText('60 unread messages').waitFor({ state: 'attached' })

  await page.goto(`${server.url}/chat/tea`)
  await dividerAtTop(zhangsan)
  assert.equal(await page.title(), '(60) #tea · Parley')
  await zhangsan.composer.press('Escape')
  await page.waitForFunction(() => document.title === '#tea · Parley')
  await zhangsan.sees('new 59')
  await page.keyboard.press('Shift+PageUp')
  await dividerAtTop(zhangsan)

  await page.reload()
  await zhangsan.sees('new 59')
  await page.keyboard.press('Shift+PageUp')
  // The key has done its work when the next one has.
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await zhangsan.bubbles.getByText('new 59').waitFor()
  assert.ok(await atBottom(zhangsan))
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('what one device reads is read on the other, and what it says does not pull a reader down', async () => {
  const people = ['zhangsan', 'zhangsan', 'lisi']
  const [laptop, phone, lisi] = await openWindows(browser, `${server.url}/room/two`, people)
  for (let n = 0; n < 40; n++) await lisi.say(`line ${n}`)
  await laptop.sees('line 39')
  await line(phone, 'lobby').click()
  await heading(phone, '#lobby')
  await lisi.say('for both')
  await laptop.sees('for both')
  await line(phone, 'two').getByText('for both').waitFor()
  await line(phone, 'two').getByText(/unread/).waitFor({ state: 'detached' })

  await line(phone, 'two').click()
  await phone.sees('for both')
  await laptop.log.hover()
  await laptop.page.mouse.wheel(0, -600)
  const jump = laptop.page.getByRole('button', { name: 'Jump to the newest message' })
  await jump.waitFor()
  const before = await laptop.log.evaluate((list) => list.scrollTop)
  await phone.say('mine, from there')
  await lisi.sees('mine, from there')
  await line(phone, 'lobby').click()
  await heading(phone, '#lobby')
  await lisi.say('an answer')
  const news = laptop.page.getByRole('button', { name: '1 new message' })
  await news.waitFor()
  assert.equal(await laptop.log.evaluate((list) => list.scrollTop), before)
  await laptop.say('mine, from here')
  await laptop.sees('mine, from here')
  await news.waitFor({ state: 'detached' })
  assert.ok(await atBottom(laptop))
  await Promise.all([laptop, phone, lisi].map((window) => window.close()))
})

test('Alt+arrows go from one to the next, with Shift to the unread one', async () => {
  const [window, lisi] = await openWindows(browser, `${server.url}/room/aaa`, ['zhangsan', 'lisi'])
  for (const name of ['bbb', 'ccc']) {
    await window.page.goto(`${server.url}/chat/${name}`)
    await heading(window, `#${name}`)
  }
  await window.page.keyboard.press('Alt+ArrowUp')
  await heading(window, '#bbb')
  await window.page.keyboard.press('Alt+ArrowDown')
  await heading(window, '#ccc')
  await lisi.say('psst')
  await line(window, 'aaa').getByText('1 unread message').waitFor({ state: 'attached' })
  await window.page.keyboard.press('Alt+Shift+ArrowDown')
  await heading(window, '#aaa')
  await Promise.all([window.close(), lisi.close()])
})

test('Ctrl+K leads to rooms, people and new rooms by a few letters', async () => {
  const [window, lisi] = await openWindows(browser, `${server.url}/room/kitchen`, ['zhangsan', 'lisi'])
  const { page } = window
  await window.people.getByText('lisi').waitFor()
  const field = page.getByRole('combobox')
  await page.keyboard.press('Control+k')
  await field.fill('lby')
  await page.getByRole('option', { name: 'lobby' }).waitFor()
  await field.press('Enter')
  await heading(window, '#lobby')
  await page.keyboard.press('Control+k')
  await field.fill('kit')
  await field.press('Enter')
  await heading(window, '#kitchen')
  await page.keyboard.press('Control+k')
  await field.fill('lis')
  await field.press('Enter')
  await heading(window, 'lisi')
  await page.keyboard.press('Control+k')
  await field.fill('brand-new')
  await page.getByRole('option', { name: 'Open the room brand-new' }).click()
  await heading(window, '#brand-new')
  await Promise.all([window.close(), lisi.close()])
})

test('a muted room stays out of the title; a left room is gone after a reload too', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/noisy`, ['zhangsan', 'lisi'])
  const { page } = zhangsan
  const more = () => page.getByRole('button', { name: 'More about this conversation' }).click()
  await more()
  await page.getByRole('menuitemradio', { name: 'Nothing' }).click()
  await line(zhangsan, 'noisy').getByRole('img', { name: 'Muted' }).waitFor()
  await line(zhangsan, 'lobby').click()
  await heading(zhangsan, '#lobby')
  await lisi.say('noise')
  await line(zhangsan, 'noisy').getByText('1 unread message').waitFor({ state: 'attached' })
  assert.equal(await page.title(), '#lobby · Parley')

  await line(zhangsan, 'noisy').click()
  await heading(zhangsan, '#noisy')
  await more()
  await page.getByRole('menuitem', { name: 'Leave' }).click()
  await line(zhangsan, 'noisy').waitFor({ state: 'detached' })
  await page.reload()
  await line(zhangsan, 'lobby').waitFor()
  assert.equal(await line(zhangsan, 'noisy').count(), 0)
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('search finds in what is loaded and leads there', async () => {
  const window = await openWindow(browser, `${server.url}/room/search`, { user: 'zhangsan' })
  await window.inState('connected')
  await window.say('the needle')
  for (let n = 0; n < 40; n++) await window.say(`hay ${n}`)
  await window.composer.blur()
  await window.page.keyboard.press('/')
  await window.page.getByRole('searchbox', { name: 'Search' }).fill('needle')
  await window.page.getByText('1 message').waitFor()
  await window.page.getByRole('button', { name: /the needle/ }).click()
  await window.log.locator('.flashed', { hasText: 'the needle' }).waitFor()
  await window.page.keyboard.press('Escape')
  await window.close()
})
