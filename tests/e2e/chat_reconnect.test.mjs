// The line drops and comes back: killed server, frozen server, drained server, dropped by hand, a
// reload in the middle of sending. What was typed arrives once and in order.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindows } from './support/browser.mjs'

let server, browser, windows
before(async () => (browser = await launch()))
after(() => browser?.close())
// A page gives up on a server that has missed its ping by ten seconds.
const env = { PARLEY_CENTRIFUGE__PING_INTERVAL: '1s', PARLEY_CENTRIFUGE__PONG_TIMEOUT: '30s' }
beforeEach(async () => {
  server = await start({ env })
  windows = await openWindows(browser, `${server.url}/room/team`, ['zhangsan', 'lisi'])
})
afterEach(async () => {
  await Promise.all(windows.map((window) => window.close()))
  await server.stop()
})

const restart = async () => (server = await start({ env, listen: `127.0.0.1:${server.port}` }))
const both = (step) => Promise.all(windows.map(step))
const kill = async () => {
  server.signal('SIGKILL')
  await server.ended
}

/** After a message that came last, everything said before must be there, once. */
async function everyoneHas(...texts) {
  const [zhangsan] = windows
  for (const text of texts) await both((window) => window.sees(text))
  await zhangsan.say('that was all')
  await both((window) => window.sees('that was all'))
  for (const window of windows) {
    const seen = await window.texts()
    assert.deepEqual(seen.toSorted(), [...texts, 'that was all'].toSorted())
    assert.equal(seen.at(-1), 'that was all')
  }
}

test('a killed server turns both pills amber; what was typed meanwhile arrives once and in order', async () => {
  const [zhangsan, lisi] = windows
  await zhangsan.say('before')
  await lisi.sees('before')
  await zhangsan.composer.pressSequentially('half a sen')
  await kill()
  await both((window) => window.inState('waiting'))
  await zhangsan.composer.pressSequentially('tence')
  await zhangsan.composer.press('Enter')
  await zhangsan.say('meanwhile two')
  await lisi.say('me too')
  await zhangsan.log.locator('[data-state="queued"]').nth(1).waitFor()
  await zhangsan.page.locator('[data-notice="down"]').waitFor()
  await zhangsan.page.getByText(/attempt \d+/).first().waitFor()

  await restart()
  await both((window) => window.inState('connected'))
  await zhangsan.page.locator('[data-notice="back"]').waitFor()
  await everyoneHas('before', 'half a sentence', 'meanwhile two', 'me too')
  const own = (await lisi.texts()).filter((text) => /half|two/.test(text))
  assert.deepEqual(own, ['half a sentence', 'meanwhile two'])
})

test('another room, opened while the line is down, tells the same story and counts what came in it', async () => {
  const [zhangsan, lisi] = windows
  const { page } = zhangsan
  const lobby = page.getByRole('link', { name: /^lobby/ })
  await lisi.page.goto(`${server.url}/chat/lobby`)
  await lisi.inState('connected')
  for (let n = 0; n < 3; n++) await lisi.say(`before ${n}`)
  await lobby.getByText('3 unread').waitFor({ state: 'attached' })

  await zhangsan.pill.click()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Simulate a drop' }).click()
  await page.keyboard.press('Escape')
  await page.locator('[data-notice="down"]').waitFor()
  await lobby.click()
  await zhangsan.sees('before 2')
  await page.locator('[data-notice="down"]').getByText(/^Reconnecting/).waitFor()
  await lisi.say('meanwhile')
  await page.context().setOffline(false)
  await page.locator('[data-notice="back"]').getByText('1 new message').waitFor()
})

test('a frozen server is noticed, and a message into the silence is shown once', async () => {
  const [zhangsan, lisi] = windows
  await zhangsan.say('before') // so that the room is loaded, whose log is watched
  await lisi.sees('before')
  server.signal('SIGSTOP')
  await zhangsan.say('into the silence')
  await both((window) => window.inState('waiting'))
  await zhangsan.page.locator('[data-notice="down"]').waitFor()
  await zhangsan.row('into the silence').and(zhangsan.page.locator('[data-state="queued"]')).waitFor()
  server.signal('SIGCONT')
  await both((window) => window.inState('connected'))
  await zhangsan.row('into the silence').and(zhangsan.page.locator('[data-state="sent"]')).waitFor()
  await everyoneHas('before', 'into the silence')
})

test('a reload in the middle of sending: the message arrives once', async () => {
  const [zhangsan, lisi] = windows
  server.signal('SIGSTOP')
  await zhangsan.say('reloaded')
  await zhangsan.log.locator('[data-state="sending"]').waitFor()
  const reloaded = zhangsan.page.reload()
  server.signal('SIGCONT')
  await reloaded
  await zhangsan.inState('connected')
  await zhangsan.row('reloaded').and(zhangsan.page.locator('[data-state="sent"]')).waitFor()
  await lisi.sees('reloaded')
  await everyoneHas('reloaded')
})

test('a reload while the line is down keeps what waits', async () => {
  const [zhangsan] = windows
  await zhangsan.page.route('**/connection/**', (route) => route.abort())
  await zhangsan.pill.click()
  await zhangsan.page.getByRole('button', { name: 'Simulate a drop' }).click()
  await zhangsan.page.keyboard.press('Escape')
  await kill()
  await zhangsan.inState('waiting')
  await zhangsan.say('kept over the reload')
  await zhangsan.log.locator('[data-state="queued"]').waitFor()
  await restart()
  await zhangsan.page.reload()
  await both((window) => window.inState('connected'))
  await everyoneHas('kept over the reload')
})

test('a server that drains says goodbye, and the page comes back to the next one', async () => {
  await server.stop()
  await both((window) => window.inState('waiting'))
  await restart()
  await both((window) => window.inState('connected'))
  await everyoneHas()
})

test('"drop the line" drops it, shows the story, and what was said meanwhile is there', async () => {
  const [zhangsan, lisi] = windows
  const { page, pill, inState } = zhangsan
  await pill.click()
  await page.context().setOffline(true) // or it would be back before we have looked
  await page.getByRole('button', { name: 'Simulate a drop' }).click()
  await inState('waiting')
  await lisi.say('while you were out')
  const events = page.getByRole('dialog', { name: 'Connection' }).locator('.events')
  await events.getByText('Dropped by you').waitFor()
  await page.getByRole('button', { name: 'Try now' }).first().waitFor()
  await page.context().setOffline(false)
  await inState('connected')
  await everyoneHas('while you were out')
})
