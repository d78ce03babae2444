// axe finds nothing, in both themes, in every state of the page; the keyboard alone is enough.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { start } from '../support/server.mjs'
import { desktop, launch, openWindow, openWindows, phone } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function assertClean(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  assert.deepEqual(found, [], where)
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, device] of Object.entries({ desktop, phone })) {
    test(`axe is content: ${colorScheme}, ${size}`, async () => {
      const room = `${server.url}/room/axe-${colorScheme}-${size}`
      const options = { ...device, colorScheme, reducedMotion: 'reduce' }
      const joining = await openWindow(browser, room, options)
      await joining.page.getByRole('button', { name: 'Enter the room' }).click()
      await joining.page.getByRole('alert').waitFor()
      await assertClean(joining.page, 'join')
      await joining.close()

      const window = await openWindow(browser, room, { ...options, user: 'zhangsan' })
      const { page } = window
      await window.inState('connected')
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme)
      await assertClean(page, 'empty')

      const [lisi] = await openWindows(browser, room, ['lisi'])
      await lisi.say('see https://example.org')
      await window.say('thanks')
      await lisi.page.getByRole('button', { name: 'zhangsan', exact: true }).first().click()
      await lisi.say('only for you')
      await window.sees('only for you')
      await window.log.locator('[data-state="sent"]').first().waitFor()
      await assertClean(page, 'busy')

      await window.pill.click()
      await page.locator('.events').waitFor()
      await assertClean(page, 'connection')
      await page.keyboard.press('Escape')

      if (size === 'phone') {
        await page.getByRole('button', { name: 'Rooms and people' }).click()
        await page.getByRole('dialog', { name: 'Rooms and people' }).waitFor()
        await assertClean(page, 'drawer')
      }
      await page.getByRole('button', { name: 'lisi' }).first().click()
      await page.locator('.chip').waitFor()
      await assertClean(page, 'direct')

      await window.pill.click()
      await page.getByRole('button', { name: 'Drop the line' }).click()
      await page.keyboard.press('Escape')
      await window.say('waits')
      await page.locator('.bar').waitFor()
      await assertClean(page, 'offline')
      await Promise.all([lisi.close(), window.close()])
    })
  }
}

test('the keyboard reaches everything: name, message, person, pill', async () => {
  const window = await openWindow(browser, `${server.url}/room/keys`)
  const { page } = window
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  await page.getByRole('textbox', { name: 'Your name' }).waitFor()
  await page.keyboard.type('zhangsan')
  await page.keyboard.press('Enter')
  await window.inState('connected')
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  await page.keyboard.type('by hand')
  await page.keyboard.press('Enter')
  await window.sees('by hand')

  await page.keyboard.press('Shift+Tab')
  assert.match(await focused(), /^Messages in/)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Connection' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Connection' }).waitFor({ state: 'hidden' })
  await window.close()
})
