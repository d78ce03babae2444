// axe finds nothing in any state of the chat, in both themes and on both sizes; a walk through all of
// it leaves the console empty: no errors, no warnings, nothing that the content policy had to refuse.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { desktop, launch, openWindow, openWindows, phone } from './support/browser.mjs'
import { assertAccessible } from './support/checks.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Something of everything that a log may hold. */
async function talk(window, lisi) {
  const { page } = window
  await lisi.say('see https://example.org, `code` and **words** for @zhangsan')
  await lisi.say('> quoted\n\n- one\n- two')
  await lisi.say('🎉')
  await window.say('thanks')
  await window.row('thanks').and(page.locator('[data-state="sent"]')).waitFor()
  await lisi.row('thanks').hover()
  await lisi.page.getByRole('button', { name: 'React with 👍' }).click()
  await lisi.row('thanks').hover()
  await lisi.page.getByRole('toolbar').getByRole('button', { name: 'Reply' }).click()
  await lisi.say('you are welcome')
  await window.log.locator('.quote').waitFor()
  await window.log.locator('.reaction').waitFor()
  await window.say('to be taken back')
  await lisi.say('that was all')
  await window.sees('that was all')
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, device] of Object.entries({ desktop, phone })) {
    test(`axe is content, the console empty: ${colorScheme}, ${size}`, async () => {
      const room = `${server.url}/room/axe-${colorScheme}-${size}`
      const options = { ...device, colorScheme, reducedMotion: 'reduce' }
      const window = await openWindow(browser, room, { ...options, user: 'zhangsan' })
      const [lisi] = await openWindows(browser, room, ['lisi'])
      const { page } = window
      await window.inState('connected')
      await assertAccessible(page, 'empty')
      await talk(window, lisi)
      await assertAccessible(page, 'busy')

      await window.composer.fill('@')
      await page.getByRole('option').first().waitFor()
      await assertAccessible(page, 'suggestions')
      await window.composer.fill('')
      await page.getByRole('button', { name: 'Emoji', exact: true }).click()
      await page.locator('.cell').first().waitFor()
      await assertAccessible(page, 'emoji')
      await page.keyboard.press('Escape')
      await page.locator('.cell').first().waitFor({ state: 'detached' })

      await window.composer.press('ArrowUp')
      await page.getByText('Editing your message').waitFor()
      await assertAccessible(page, 'editing')
      await window.composer.press('Escape')
      await page.getByRole('button', { name: 'More about this conversation' }).click()
      await page.getByRole('menu').waitFor()
      await assertAccessible(page, 'menu')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
      await assertAccessible(page, 'switcher')
      await page.keyboard.press('Escape')

      if (size === 'desktop') await settingsAndToolbar(window)
      else await listOfPhone(window)

      await window.pill.click()
      await page.context().setOffline(true)
      await page.getByRole('button', { name: 'Simulate a drop' }).click()
      await page.keyboard.press('Escape')
      await window.say('waits')
      await window.say('waits, too')
      await page.locator('[data-notice="down"]').waitFor()
      await assertAccessible(page, 'offline')
      await page.context().setOffline(false)
      await window.inState('connected')
      // That nobody answered while offline is what the browser says, not the page.
      const complaints = window.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))
      assert.deepEqual(complaints, [])
      assert.deepEqual(lisi.complaints, [])
      await Promise.all([lisi.close(), window.close()])
    })
  }
}

async function settingsAndToolbar(window) {
  const { page } = window
  await window.row('to be taken back').hover()
  await assertAccessible(page, 'toolbar')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).waitFor()
  await assertAccessible(page, 'delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('This message was deleted').waitFor()
  await page.getByRole('button', { name: 'Chat settings' }).click()
  await page.getByRole('checkbox', { name: 'Compact messages' }).check()
  await assertAccessible(page, 'settings')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByRole('dialog', { name: 'New conversation' }).waitFor()
  await assertAccessible(page, 'new')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search' }).fill('th')
  await assertAccessible(page, 'search')
  await page.keyboard.press('Escape')
}

async function listOfPhone({ page }) {
  await page.getByRole('button', { name: 'Back to the list' }).click()
  await page.getByRole('link', { name: /^axe/ }).waitFor()
  await assertAccessible(page, 'list')
  await page.getByRole('link', { name: /^axe/ }).click()
  await page.getByRole('log').waitFor()
}
