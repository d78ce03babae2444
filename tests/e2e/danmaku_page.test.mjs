// The danmaku's page as a page: axe is content, nothing overflows, the console stays empty and the
// content policy has nothing to refuse, in both themes and languages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { start } from '../support/server.mjs'
import { desktop, launch, openWindow, phone } from './support/browser.mjs'
import { openShow } from './support/danmaku.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const devices = { desktop, phone }
const small = { ...phone, viewport: { width: 320, height: 568 } }

async function assertClean(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  assert.deepEqual(found, [], where)
}

async function assertNoOverflow(page, where) {
  const tooWide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const out = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect()
      return (
        box.width > 0 && !element.closest('.sr-only, [popover]:not(:popover-open)') && box.right > width + 0.5
      )
    })
    return out.map((element) => element.outerHTML.slice(0, 90))
  })
  assert.deepEqual(tooWide, [], where)
}

for (const [mode, colorScheme, size] of [
  ['live', 'light', 'desktop'],
  ['timed', 'dark', 'desktop'],
  ['timed', 'light', 'phone'],
  ['live', 'dark', 'phone'],
]) {
  test(`axe is content: ${mode}, ${colorScheme}, ${size}`, async () => {
    const name = `axe-${mode}-${colorScheme}-${size}`
    const options = { ...devices[size], colorScheme, name, mode }
    const window = await openShow(browser, server, options)
    const { page } = window
    await assertClean(page, 'empty')
    await window.comment('hello')
    await window.lists('hello')
    await assertClean(page, 'busy')

    await page.getByRole('button', { name: 'Comment settings' }).click()
    await page.getByLabel('Blocked users').fill('troll')
    await page.getByLabel('Blocked users').press('Enter')
    await assertClean(page, 'settings')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Look of your comment' }).click()
    await assertClean(page, 'look')
    await page.keyboard.press('Escape')

    await page.context().setOffline(true)
    await window.pill.click()
    await page.getByRole('button', { name: 'Simulate a drop' }).click()
    await page.keyboard.press('Escape')
    await page.getByTestId('notice').waitFor()
    await window.comment('lost')
    await window.failed.waitFor()
    await assertClean(page, 'offline')
    await window.close()
  })
}

for (const locale of ['en-US', 'zh-CN']) {
  for (const mode of ['live', 'timed']) {
    test(`nothing overflows at 320 px: ${mode}, ${locale}`, async () => {
      const name = `a-show-with-quite-a-long-name-${mode}`
      const window = await openShow(browser, server, { ...small, locale, name, mode, user: 'w'.repeat(30) })
      const { page } = window
      await assertNoOverflow(page, 'empty')
      await window.comment('w'.repeat(100))
      await window.lists('www')
      await assertNoOverflow(page, 'busy')
      for (const panel of [0, 1]) {
        await page.locator('.player [popovertarget]').nth(panel).click()
        await page.locator('.panel:popover-open').waitFor()
        await assertNoOverflow(page, `panel ${panel}`)
        await page.keyboard.press('Escape')
      }
      await window.close()
    })
  }
}

test('fingers find their targets on a phone', async () => {
  const window = await openShow(browser, server, { ...phone, name: 'fingers', mode: 'timed' })
  const boxes = await window.page.locator('.player button:visible').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { width, height } = button.getBoundingClientRect()
      return [button.getAttribute('aria-label') ?? button.innerText, Math.min(width, height)]
    }),
  )
  assert.ok(boxes.length >= 7)
  for (const [label, size] of boxes) assert.ok(size >= 44, `${label}: ${size}px`)
  await window.close()
})

for (const colorScheme of ['light', 'dark']) {
  test(`a walk through the page leaves no complaint: ${colorScheme}`, async () => {
    const window = await openShow(browser, server, { name: 'walk', colorScheme })
    const { page } = window
    await window.comment('one')
    await window.lists('one')
    await page.getByRole('button', { name: 'Sound' }).click()
    await page.locator('.stress input').press('End')
    await window.figureAbove('shed', 10)
    await page.getByRole('button', { name: 'Comment settings' }).click()
    for (const label of ['1/4', 'Overlap', 'Top'])
      await page.getByText(label, { exact: true }).first().click()
    await page.getByLabel('Merge repeated comments').check()
    await page.getByLabel('Opacity').press('Home')
    await page.getByRole('button', { name: 'Back to the defaults' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Timed' }).click()
    await page.getByLabel('Playback speed').selectOption('2')
    await window.seek(100_000)
    await window.comment('two')
    await window.lists('two')
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('link', { name: '直播' }).click()
    await page.getByText('弹幕列表').first().waitFor()
    assert.deepEqual(window.complaints, [])
    await window.close()
  })
}

test('without a name it is the show; a name that is none says so', async () => {
  const window = await openWindow(browser, `${server.url}/danmaku`, { user: 'ann' })
  await window.page.waitForURL(/\/danmaku\/show\?username=ann$/)
  await window.inState('connected')
  assert.equal(await window.page.getByRole('button', { name: 'You are ann. Change your name' }).count(), 1)
  await window.page.goto(`${server.url}/danmaku/no:such`)
  await window.page.getByText('The server does not let you in here').waitFor()
  await window.close()
})
