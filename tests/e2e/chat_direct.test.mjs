// A direct conversation reaches every window of the two and nobody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindows } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('a direct message reaches both windows of one person and nobody else', async () => {
  const users = ['zhangsan', 'lisi', 'lisi', 'wangwu']
  const windows = await openWindows(browser, `${server.url}/room/team`, users)
  const [zhangsan, lisi, lisiToo, wangwu] = windows

  await zhangsan.people.getByText('lisi').click()
  await zhangsan.page.getByRole('heading', { level: 1, name: 'lisi' }).waitFor()
  await zhangsan.say('between us')
  await zhangsan.row('between us').and(zhangsan.page.locator('[data-state="sent"]')).waitFor()

  const line = (window) => window.page.getByRole('link', { name: /^(Online )?zhangsan/ })
  for (const window of [lisi, lisiToo]) {
    await line(window).getByText('between us').waitFor()
    await line(window).getByText('1 new for you').waitFor()
  }
  await line(lisi).click()
  await lisi.sees('between us')
  // Read in one window is read in the other.
  await line(lisiToo).getByText('1 new for you').waitFor({ state: 'detached' })

  await lisi.say('understood')
  await zhangsan.sees('understood')
  await line(lisiToo).getByText('understood').waitFor()

  // What everybody hears proves that the rest would have arrived before.
  await zhangsan.page.getByRole('link', { name: /^team/ }).click()
  await zhangsan.say('for everyone')
  await wangwu.sees('for everyone')
  assert.deepEqual(await wangwu.texts(), ['for everyone'])
  assert.equal(await wangwu.page.getByText('between us').count(), 0)
  await Promise.all(windows.map((window) => window.close()))
})

test('a dialog says whether the other one is there', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/dot`, ['zhangsan', 'lisi'])
  await zhangsan.people.getByText('lisi').click()
  await zhangsan.say('there?')
  await lisi.page.getByRole('link', { name: /zhangsan/ }).click()
  await lisi.sees('there?')
  const dot = zhangsan.page.getByRole('link', { name: /lisi/ }).getByText('Online')
  await dot.waitFor({ state: 'attached' })
  await lisi.close()
  await dot.waitFor({ state: 'detached' })
  await zhangsan.close()
})
