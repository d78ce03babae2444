// English and Chinese: the browser decides at first, the toggle later, and the choice is remembered.
// Likewise the theme.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('the language follows the browser, then the toggle', async () => {
  const window = await openWindow(browser, server.url, { locale: 'zh-CN' })
  const { page } = window
  await page.getByLabel('名字').fill('张三')
  await page.getByRole('button', { name: '进入房间' }).click()
  await window.inState('connected')
  await page.getByRole('heading', { name: '1 人在场' }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')

  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: '1 person here' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '1 person here' }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  await window.close()
})

test('the theme is there before the first paint and is remembered', async () => {
  const window = await openWindow(browser, server.url, { colorScheme: 'light' })
  const { page } = window
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
  assert.equal(await theme(), 'light')
  await page.getByRole('button', { name: 'Theme: as the system' }).click()
  await page.getByRole('button', { name: 'Theme: light' }).click()
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
  assert.equal(await theme(), 'dark')

  // Without the application only the script in the head can have set it.
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload()
  assert.equal(await theme(), 'dark')
  await window.close()
})
