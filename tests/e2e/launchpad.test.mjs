// The start page: everything in small and moving by itself, and the first message from curl.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

let server, browser, startedAt
before(async () => {
  browser = await launch()
  startedAt = performance.now()
  server = await start({ command: 'demo' })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('the tiles move soon after the server has started', async (t) => {
  const window = await openWindow(browser, server.url)
  const { page } = window
  const lines = page.locator('.lines li')
  await lines.first().waitFor()
  const before = await lines.allInnerTexts()
  await page.waitForFunction(
    (known) => [...document.querySelectorAll('.lines li')].some((line) => !known.includes(line.innerText)),
    before,
  )
  const seconds = (performance.now() - startedAt) / 1000
  t.diagnostic(`somebody spoke ${seconds.toFixed(1)} s after the start of the server`)

  // Comments fly: two pictures of the sky, a frame or more apart, differ.
  await page.locator('.sky canvas').waitFor()
  const picture = () => document.querySelector('.sky canvas').toDataURL()
  const first = await page.evaluate(picture)
  await page.waitForFunction((old) => document.querySelector('.sky canvas').toDataURL() !== old, first)
  await page.locator('.beat rect').first().waitFor({ state: 'attached' })
  assert.deepEqual(window.complaints, [])
  await window.close()
})

test('the command on the page, run as it stands, lights the lamp', async () => {
  const window = await openWindow(browser, server.url)
  const { page } = window
  await window.inState('connected')
  await page.locator('.lines li').first().waitFor()
  const command = await page.locator('code.command').innerText()
  assert.equal(await page.locator('.strip.lit').count(), 0)
  execFileSync('sh', ['-c', command], { stdio: 'ignore' })
  await page.getByText('It is here: hello from curl').waitFor()
  assert.equal(await page.locator('.strip.lit').count(), 1)
  await window.close()
})

test('a tile leads into its app', async () => {
  const window = await openWindow(browser, server.url, { user: 'zhangsan' })
  const { page } = window
  await page.getByRole('link', { name: 'Connection lab', exact: true }).click()
  await page.waitForURL(/\/lab$/)
  await page.goBack()
  const popup = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Danmaku: open a second window' }).click()
  await (await popup).waitForURL(/\/danmaku/)
  await window.close()
})
