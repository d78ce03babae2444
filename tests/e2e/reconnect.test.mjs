// The line drops and comes back: killed server, frozen server, drained server, dropped by hand.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindows } from './support/browser.mjs'

let server, browser, windows
before(async () => (browser = await launch()))
after(() => browser?.close())
beforeEach(async () => {
  server = await start()
  windows = await openWindows(browser, `${server.url}/room/team`, ['zhangsan', 'lisi'])
})
afterEach(async () => {
  await Promise.all(windows.map((window) => window.close()))
  await server.stop()
})

const restart = async () => (server = await start({ listen: `127.0.0.1:${server.port}` }))
const both = (step) => Promise.all(windows.map(step))

/** After a message that came last, everything said before must be there, once and in order. */
async function everyoneHas(...texts) {
  const [zhangsan] = windows
  // Two speakers have no order between them: what another says has to have come before the last word is said.
  for (const text of texts) await both((window) => window.sees(text))
  await zhangsan.say('that was all')
  await both((window) => window.sees('that was all'))
  for (const window of windows) {
    const seen = await window.texts()
    assert.deepEqual(seen.toSorted(), [...texts, 'that was all'].toSorted())
    assert.equal(seen.at(-1), 'that was all')
  }
}

test('a killed server turns both pills amber; restarted, both are back within one retry and nothing is lost', async () => {
  const [zhangsan, lisi] = windows
  await zhangsan.say('before')
  await lisi.sees('before')

  server.signal('SIGKILL')
  await server.ended
  await both((window) => window.inState('waiting'))
  await zhangsan.say('meanwhile one')
  await zhangsan.say('meanwhile two')
  await lisi.say('me too')
  await zhangsan.log.locator('[data-state="queued"]').nth(1).waitFor()
  await zhangsan.page.getByText('The line is down.').waitFor()

  const tries = [0, 0]
  await restart()
  windows.forEach(({ page }, index) => page.on('websocket', () => tries[index]++))
  await both((window) => window.inState('connected'))
  assert.ok(tries.every((count) => count <= 1), `tries after the restart: ${tries}`)
  await zhangsan.page.getByText('Back online').waitFor()

  await everyoneHas('before', 'meanwhile one', 'meanwhile two', 'me too')
  const ordered = (await lisi.texts()).filter((text) => text.startsWith('meanwhile'))
  assert.deepEqual(ordered, ['meanwhile one', 'meanwhile two'])
  assert.equal(await lisi.log.locator('.gap').count(), 1)
})

test('a frozen server is noticed by the heartbeat, and a resent message is shown once', async () => {
  const [zhangsan, lisi] = windows
  server.signal('SIGSTOP')
  await zhangsan.say('into the silence')
  await both((window) => window.inState('waiting'))
  server.signal('SIGCONT')
  await both((window) => window.inState('connected'))
  await zhangsan.log.locator('[data-state="sent"]').waitFor()
  await zhangsan.say('that was all')
  await both((window) => window.sees('that was all'))
  assert.deepEqual(await zhangsan.texts(), ['into the silence', 'that was all'])
  // The first copy may have been told before this window was back; twice is what must not happen.
  assert.ok((await lisi.texts()).filter((text) => text === 'into the silence').length <= 1)
})

test('a server that drains says goodbye, and the page comes back to the next one', async () => {
  await server.stop()
  await both((window) => window.inState('waiting'))
  await windows[0].pill.click()
  await windows[0].page.locator('.events').getByText('1001').waitFor()
  await windows[0].page.keyboard.press('Escape')
  await restart()
  await both((window) => window.inState('connected'))
  await everyoneHas()
})

test('"drop the line" drops it, shows the story and comes back', async () => {
  const { page, pill, inState } = windows[0]
  await pill.click()
  await page.getByRole('button', { name: 'Drop the line' }).click()
  await inState('waiting')
  const events = page.getByRole('dialog', { name: 'Connection' }).locator('.events')
  await events.getByText('Dropped by you').waitFor()
  await page.getByRole('button', { name: 'Try now' }).first().click()
  await inState('connected')
  assert.match(await events.innerText(), /Connected[^]*Connecting, attempt 1[^]*Dropped by you/)
  await everyoneHas()
})

test('the network coming back wakes the line at once', async () => {
  const [{ page, inState }] = windows
  await page.clock.install()
  server.signal('SIGKILL')
  await server.ended
  await inState('waiting')
  await restart()
  // The page's clock stands still: only the event can be what brings it back.
  await page.clock.pauseAt(new Date(Date.now() + 3_600_000))
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await inState('connected')
})
