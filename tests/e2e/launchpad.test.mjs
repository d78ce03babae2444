// The start page: everything in small and moving by itself, and the first message from curl.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { isSanitized, start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

/** What is promised of a release build; a sanitized one on a busy machine is given more. */
const MOVING_MS = isSanitized() ? 8000 : 2000
const VISITS = 3

let server, browser
before(async () => {
  browser = await launch()
  server = await start({ command: 'demo' })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Opens the page; how long after that, by its own clock, each thing on it has moved. */
async function visit() {
  const window = await openWindow(browser, server.url)
  const { page } = window
  const lines = page.locator('.lines li')
  await lines.first().waitFor()
  const past = await lines.allInnerTexts()
  const when = async (moved, arg) => {
    const result = await page.waitForFunction(moved, arg)
    return result.jsonValue()
  }
  const times = await Promise.all([
    // Somebody speaks.
    when((known) => {
      const texts = [...document.querySelectorAll('.lines li')].map((line) => line.innerText)
      return texts.some((text) => !known.includes(text)) && performance.now()
    }, past),
    // Comments fly: two pictures of the sky, a frame or more apart, differ.
    when(() => {
      const sky = document.querySelector('.sky canvas')?.toDataURL()
      const before = (globalThis.skyBefore ??= sky)
      return sky !== before && performance.now()
    }),
    // The heart of the lab's tile beats.
    when(() => document.querySelector('.beat rect') && performance.now()),
  ])
  assert.deepEqual(window.complaints, [])
  await window.close()
  return Math.max(...times)
}

test('the tiles move soon after the page was opened', async (t) => {
  const times = []
  while (times.length < VISITS && !times.some((ms) => ms < MOVING_MS)) times.push(await visit())
  t.diagnostic(`all of it moved after ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')}`)
  assert.ok(Math.min(...times) < MOVING_MS, `not within ${MOVING_MS} ms`)
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

test('a server without the apps has no ways into them', async () => {
  const bare = await start({ args: ['--set', 'http.apps=false'] })
  const window = await openWindow(browser, bare.url, { user: 'zhangsan' })
  const { page } = window
  await window.inState('connected')
  const links = await page.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  assert.deepEqual([...new Set(links)].sort(), ['/', '/room/lobby'])
  for (const link of links) assert.equal((await fetch(bare.url + link)).status, 200, link)
  await page.getByRole('link', { name: 'Chat', exact: true }).click()
  await window.say('hello')
  await window.sees('hello')
  await window.close()
  await bare.stop()
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
