// What lies over the pages or stands before them: dialogs, the connection log, the ways in. Small, in both
// themes and both languages, and asked for by axe.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, phone } from './support/browser.mjs'
import { assertAccessible, assertNoOverflow } from './support/checks.mjs'

const SECRET = 'a secret of the tests, long enough'
const looks = [
  { colorScheme: 'light', locale: 'en-US' },
  { colorScheme: 'dark', locale: 'zh-CN' },
]
const small = { ...phone, viewport: { width: 320, height: 568 }, reducedMotion: 'reduce' }

let open, guarded, browser
before(async () => {
  ;[open, guarded, browser] = await Promise.all([
    start({ command: 'demo', args: ['--no-cast'] }),
    start({ env: { PARLEY_SERVER__TOKEN_SECRET: SECRET } }),
    launch(),
  ])
})
after(async () => {
  await browser?.close()
  await Promise.all([open?.stop(), guarded?.stop()])
})

/** Each opens itself and answers with what must be seen then. */
const surfaces = {
  'the help': async (page) => {
    await page.locator('.pill').press('?')
    return page.getByRole('dialog').filter({ has: page.locator('kbd') })
  },
  'the person': async (page) => {
    await page.locator('.person').filter({ visible: true }).click()
    return page.getByRole('dialog').getByRole('textbox')
  },
  'the connection log': async (page) => {
    await page.locator('.pill').click()
    return page.getByRole('dialog').locator('.events li').first()
  },
  'the connection log of a lost line': async (page) => {
    await page.locator('.pill').click()
    await page.getByRole('dialog').getByRole('button').click()
    return page.locator('.events .warn')
  },
}
const waysIn = {
  'the sign-in': { path: '/chat', seen: (page) => page.locator('input[name=nickname]') },
  'the sign-in by token': { guard: true, path: '/chat', seen: (page) => page.locator('input[name=token]') },
  'the start page without a token': { guard: true, path: '/', seen: (page) => page.locator('.token button') },
  'the lab without a token': { guard: true, path: '/lab', seen: (page) => page.locator('.asks button') },
}

async function check(window, where, seen) {
  await seen.waitFor()
  await assertAccessible(window.page, where)
  await assertNoOverflow(window.page, where)
  assert.deepEqual(window.complaints, [], where)
  await window.close()
}

for (const look of looks) {
  const tag = Object.values(look).join(', ')
  for (const [name, show] of Object.entries(surfaces)) {
    test(`${name}: ${tag}`, async () => {
      const window = await openWindow(browser, open.url, { ...small, ...look, user: 'zhangsan' })
      await window.inState('connected')
      await check(window, name, await show(window.page))
    })
  }
  for (const [name, { guard, path, seen }] of Object.entries(waysIn)) {
    test(`${name}: ${tag}`, async () => {
      const window = await openWindow(browser, (guard ? guarded : open).url + path, { ...small, ...look })
      await check(window, name, seen(window.page))
    })
  }
}
