// Ten thousand messages: history comes in above without moving the reader by a pixel, and scrolling
// keeps sixty frames a second.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'

const COUNT = 10_000
const KEY = 'test-key'
let server, browser
before(async () => {
  server = await start({
    env: {
      PARLEY_API__KEYS: KEY,
      PARLEY_HISTORY__SIZE: String(COUNT + 100),
      PARLEY_HISTORY__TTL: '1h',
    },
  })
  browser = await launch()
  await fill('big', COUNT)
  await fill('page', 600)
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function fill(channel, count) {
  for (let first = 0; first < count; first += 500) {
    const commands = Array.from({ length: 500 }, (_, n) => ({ publish: { channel, data: message(channel, first + n) } }))
    const reply = await fetch(`${server.url}/api/batch`, {
      method: 'POST',
      headers: { 'X-API-Key': KEY, 'Content-Type': 'application/json' },
      body: JSON.stringify({ commands }),
    })
    assert.equal(reply.status, 200)
    await reply.text()
  }
}

/** Of many heights, as people write. */
function message(channel, n) {
  const text = `message ${n} ${'and some more words '.repeat((n * 7) % 23)}${n % 9 ? '' : '\n\n- a\n- b'}`
  return { type: 'message', id: `${channel}-${n}`, text, name: ['Ann', 'Bob', 'Cai'][Math.floor(n / 4) % 3] }
}

const open = async (channel) => {
  const window = await openWindow(browser, `${server.url}/room/${channel}`, { user: 'zhangsan' })
  await window.inState('connected')
  await window.bubbles.first().waitFor()
  return window
}

test('older messages come in above, and the reader stays on the pixel', async () => {
  const window = await open('page')
  const { page, log } = window
  await log.hover()
  // In every frame: where the first row on screen stands, to compare with where the wheel put it.
  await page.evaluate(() => {
    const list = document.querySelector('[role=log]')
    window.jumps = []
    const anchor = () =>
      [...list.querySelectorAll('[data-row]')].find((row) => row.getBoundingClientRect().top > 200)
    let last = null
    const look = () => {
      const height = list.scrollHeight
      if (last?.row.isConnected && window.still) {
        const moved = Math.abs(last.row.getBoundingClientRect().top - last.top)
        if (moved > 0.5) window.jumps.push(moved)
      }
      const row = anchor()
      last = row ? { row, top: row.getBoundingClientRect().top, height } : null
      requestAnimationFrame(look)
    }
    look()
  })
  const seen = new Set()
  for (let step = 0; step < 60 && !seen.has('page-0'); step++) {
    await page.evaluate(() => (window.still = false))
    await page.mouse.wheel(0, -1500)
    await page.waitForFunction(
      () => {
        const list = document.querySelector('[role=log]')
        const same = list.scrollTop === window.lastTop
        window.lastTop = list.scrollTop
        return same
      },
      null,
      { polling: 100 },
    )
    // The wheel rests: whatever arrives now must not move what is read.
    await page.evaluate(() => {
      window.still = true
      return new Promise((resolve) => setTimeout(resolve, 150))
    })
    const ids = await log.locator('[data-id]').evaluateAll((rows) => rows.map((row) => row.dataset.id))
    ids.forEach((id) => seen.add(id))
  }
  assert.ok(seen.has('page-0'), 'the beginning was reached')
  assert.deepEqual(await page.evaluate(() => window.jumps), [])
  await window.close()
})

test('scrolling through 10,000 messages keeps the frame rate', async (context) => {
  const window = await open('big')
  const { page, log } = window
  await log.hover()
  const loaded = () => log.evaluate((list) => list.scrollHeight)
  await page.evaluate(() => {
    const list = document.querySelector('[role=log]')
    window.pull = setInterval(() => (list.scrollTop = 0), 30)
  })
  await log.locator('[data-id="big-0"]').waitFor()
  await page.evaluate(() => clearInterval(window.pull))
  assert.ok((await loaded()) > 200_000, `${await loaded()} px`)

  const { frames, ms, busy } = await page.evaluate(async () => {
    const list = document.querySelector('[role=log]')
    const longest = []
    let frames = 0
    const begin = performance.now()
    let last = begin
    await new Promise((resolve) => {
      const step = (now) => {
        frames++
        longest.push(now - last)
        last = now
        list.scrollTop += 120
        if (now - begin < 3000) requestAnimationFrame(step)
        else resolve()
      }
      requestAnimationFrame(step)
    })
    longest.sort((a, b) => b - a)
    return { frames, ms: performance.now() - begin, busy: longest[Math.floor(frames / 20)] }
  })
  const fps = (frames * 1000) / ms
  context.diagnostic(`${fps.toFixed(1)} fps over ${(ms / 1000).toFixed(1)} s; 95 % of frames within ${busy.toFixed(1)} ms`)
  assert.ok(fps >= 55, `${fps} fps`)
  assert.ok((await log.locator('.message').count()) < 80, 'only what is on screen exists')
  await window.close()
})
