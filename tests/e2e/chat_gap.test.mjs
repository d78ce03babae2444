// Away for longer than can be recovered: what the server still has is loaded, at once or as the reader
// comes near; what it has no more is said to be missing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'
import { readUpTo } from './support/reader.mjs'

const KEY = 'test-key'
/** Some more than the page loads by itself. */
const MISSED = 1400
let server, browser
before(async () => {
  server = await start({
    env: {
      PARLEY_API__KEYS: KEY,
      PARLEY_CHANNEL__HISTORY_SIZE: '5000',
      PARLEY_CHANNEL__HISTORY_TTL: '1h',
      PARLEY_LIMITS__RECOVERY_PUBLICATIONS: '10',
    },
  })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function api(method, body) {
  const reply = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { 'X-API-Key': KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(reply.status, 200)
  return reply.json()
}

async function tell(channel, count) {
  for (let first = 0; first < count; first += 200) {
    const texts = Array.from({ length: Math.min(200, count - first) }, (_, n) => `missed ${first + n}`)
    const commands = texts.map((text) => ({
      publish: { channel, data: { type: 'message', id: text.replace(' ', '-'), text, name: 'Bob' } },
    }))
    await api('batch', { commands })
  }
}

/** Somebody who has read a word of the room, and is cut off from it. */
async function cutOff(channel) {
  const window = await openWindow(browser, `${server.url}/room/${channel}`, { user: 'zhangsan' })
  await window.inState('connected')
  await window.say('before')
  await window.row('before').and(window.page.locator('[data-state="sent"]')).waitFor()
  await window.pill.click()
  await window.page.context().setOffline(true)
  await window.page.getByRole('button', { name: 'Simulate a drop' }).click()
  await window.inState('waiting')
  return window
}

async function comeBack(window) {
  await window.page.context().setOffline(false)
  await window.inState('connected')
  await window.page.keyboard.press('Escape')
}

test('what the server has no more is said to be missing', async () => {
  const window = await cutOff('forgotten')
  await tell('forgotten', 30)
  await api('history_remove', { channel: 'forgotten' })
  await tell('forgotten', 3)
  await comeBack(window)
  await window.sees('missed 2')
  const gap = window.log.locator('.line.gap')
  await gap.getByText('are missing: you were away longer than the server remembers').waitFor()
  const order = (await window.log.locator('.gap, .message .text').allTextContents()).map((text) => text.trim())
  assert.match(order[1], /missing/)
  assert.deepEqual(order.toSpliced(1, 1), ['before', 'missed 0', 'missed 1', 'missed 2'])
  // The room goes on.
  await window.say('after')
  await window.row('after').and(window.page.locator('[data-state="sent"]')).waitFor()
  await window.close()
})

test('a gap closes as the reader comes near, who stays on the pixel', async () => {
  const window = await cutOff('long')
  await tell('long', MISSED)
  await comeBack(window)
  await window.sees(`missed ${MISSED - 1}`)
  // Faster than the pages one sees "before" sooner, and they push it away again.
  const { found, moved, seen } = await readUpTo(window, window.row('missed 0'), 400)
  assert.ok(found, 'the reader came to the first that was missed')
  const { found: back } = await readUpTo(window, window.row('before'), 400)
  assert.ok(back, 'the reader came back to where the line was lost')
  assert.equal(await window.log.locator('.line.gap').count(), 0)
  assert.ok(moved.length >= 3, `${moved.length} pages came while the reader scrolled`)
  assert.deepEqual(moved.filter((pixels) => pixels > 0.5), [], 'pixels that a page moved the reader')
  assert.equal(seen.filter((id) => id.startsWith('missed')).length, MISSED, 'messages that passed by')
  await window.close()
})
