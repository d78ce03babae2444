// A direct message reaches every window of one person and nobody else.
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

  await zhangsan.page.getByRole('button', { name: 'lisi' }).click()
  await zhangsan.page.locator('.chip', { hasText: 'only to lisi' }).waitFor()
  await zhangsan.say('between us')
  await lisi.sees('between us')
  await lisiToo.sees('between us')
  await zhangsan.log.locator('.direct[data-state="sent"]').waitFor()

  // Escape takes the addressee away; what everybody then hears proves that the rest arrived before.
  await zhangsan.composer.press('Escape')
  await zhangsan.say('for everyone')
  for (const window of windows) await window.sees('for everyone')
  assert.deepEqual(await wangwu.texts(), ['for everyone'])
  assert.deepEqual(await lisiToo.texts(), ['between us', 'for everyone'])
  assert.deepEqual(await zhangsan.texts(), ['between us', 'for everyone'])
  await lisi.log.getByText('only to you').waitFor()
  await zhangsan.log.getByText('only to lisi').waitFor()

  // Answering: the author's name addresses them alone.
  await lisi.log.getByRole('button', { name: 'zhangsan' }).first().click()
  await lisi.say('understood')
  await zhangsan.sees('understood')
  assert.equal(await zhangsan.log.getByText('only to you').count(), 1)
})
