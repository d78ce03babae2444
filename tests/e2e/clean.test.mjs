// A walk through the whole page leaves the console empty: no errors, no warnings, nothing that the
// content policy had to refuse; and that policy is the strict one.
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

test('the page comes with a strict content policy', async () => {
  for (const path of ['/', '/echo', '/room/team']) {
    const response = await fetch(server.url + path)
    assert.equal(response.status, 200, path)
    const policy = response.headers.get('content-security-policy') ?? ''
    for (const rule of ["default-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(rule), `${path}: ${rule} in ${policy}`)
    }
    assert.doesNotMatch(policy, /unsafe-/)
    await response.text()
  }
})

for (const colorScheme of ['light', 'dark']) {
  test(`a walk through the page leaves no complaint (${colorScheme})`, async () => {
    const window = await openWindow(browser, server.url, { colorScheme })
    const { page } = window
    await page.getByRole('textbox', { name: 'Your name' }).fill('zhangsan')
    await page.getByRole('button', { name: 'Enter the room' }).click()
    await window.inState('connected')
    await window.say('one')
    await window.say('two\nlines, and https://example.org')
    await window.bubbles.nth(1).waitFor()

    await page.locator('.people .side-row').first().click()
    await window.say('to myself')
    await window.sees('to myself')
    await window.composer.press('Escape')

    await window.pill.click()
    await page.getByRole('button', { name: 'Drop the line' }).click()
    await window.inState('waiting')
    await page.getByRole('button', { name: 'Try now' }).first().click()
    await window.inState('connected')
    await page.keyboard.press('Escape')

    for (let n = 0; n < 3; n++) await page.getByRole('button', { name: /^Theme/ }).click()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Change your name' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByPlaceholder('Go to another room').fill('other')
    await page.getByRole('button', { name: 'Go', exact: true }).click()
    await window.inState('connected')
    await page.reload()
    await window.inState('connected')
    assert.deepEqual(window.complaints, [])
    await window.close()
  })
}
