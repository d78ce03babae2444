// Away for longer than can be recovered: what the server still has is loaded, at once or as the reader
// comes near; what it has no more is said to be missing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

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
  await window.page.getByRole('button', { name: 'Drop the line' }).click()
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
  const { page, log } = window
  await log.hover()
  await page.evaluate(watchReader)
  const isBegin = () => window.row('before').isVisible()
  for (let step = 0; step < 400 && !(await isBegin()); step++) {
    await page.mouse.wheel(0, -400)
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 30)))
  }
  assert.ok(await isBegin(), 'the reader came back to where the line was lost')
  await window.row('missed 0').waitFor()
  assert.equal(await log.locator('.line.gap').count(), 0)
  const { pages, seen } = await page.evaluate(() => window.reader)
  assert.deepEqual(pages.filter((moved) => moved > 0.5), [], 'pixels that a page moved the reader')
  assert.ok(pages.length >= 3, `${pages.length} pages came while the reader scrolled`)
  assert.equal(seen, MISSED, 'messages that passed by')
  await window.close()
})

/** In the page: in every frame in which the list grew, how far that moved a row on screen; and what was on it. */
function watchReader() {
  const list = document.querySelector('[role=log]')
  const ids = new Set()
  const pages = []
  window.reader = { pages, seen: 0 }
  let last = null
  const look = () => {
    const height = list.scrollHeight
    if (last?.row.isConnected && height - last.height > 500) {
      pages.push(Math.abs(last.row.getBoundingClientRect().top - last.top))
    }
    for (const row of list.querySelectorAll('[data-id^="missed"]')) ids.add(row.dataset.id)
    window.reader.seen = ids.size
    const row = [...list.querySelectorAll('[data-row]')].find((candidate) => {
      const { top } = candidate.getBoundingClientRect()
      return top > 200 && top < innerHeight && getComputedStyle(candidate).visibility === 'visible'
    })
    last = row ? { row, top: row.getBoundingClientRect().top, height } : null
    requestAnimationFrame(look)
  }
  look()
}
