// The danmaku page in a tester's words. What flies is drawn, so it is looked for among the pixels: the
// canvas of the comments holds nothing else.
import { openWindow } from './browser.mjs'

/** A window of the show `name`, connected. */
export async function openShow(browser, server, { name = 'show', mode, user = 'ann', ...options } = {}) {
  const window = await openWindow(browser, `${server.url}/danmaku/${name}`, { user, ...options })
  await isReady(window)
  if (mode === 'timed') {
    await window.page.locator('.switch a').nth(1).click()
    await window.page.locator('.seek input').waitFor()
    await isReady(window)
  }
  return wrapShow(window)
}

/** Connected, subscribed, and the past is here: what comes now is live. */
async function isReady(window) {
  await window.inState('connected')
  await window.page.locator('.comments:not([data-state="loading"])').waitFor()
}

export function wrapShow(window) {
  const { page } = window
  const field = page.locator('.emitter .box > input')
  const flow = page.getByTestId('flow')
  const ink = () => page.evaluate(inkOf)
  const frames = (count) => page.evaluate(framesPass, count)
  return {
    ...window,
    field,
    flow,
    failed: page.getByTestId('failed'),
    reload: async () => {
      await page.reload()
      await isReady(window)
    },
    /** Sends as soon as the button has cooled down. */
    comment: async (text) => {
      await field.fill(text)
      await page.locator('.emitter .send[aria-disabled="false"]').click()
    },
    /** Resolves when this text stands in the list. */
    lists: (text) => flow.locator('.text', { hasText: text }).first().waitFor(),
    /** Resolves when a figure below the picture is exactly this, or more than this. */
    figureIs: (name, number) => page.waitForFunction(figureIs, [name, number, number]),
    figureAbove: (name, number) => page.waitForFunction(figureIs, [name, number + 1, Infinity]),
    figureNow: async (name) => Number(await page.locator(`[data-figure="${name}"]`).innerText()),
    /** Moves the film, as the slider does. */
    seek: (ms) =>
      page.locator('.seek input').evaluate((slider, value) => {
        slider.value = value
        slider.dispatchEvent(new Event('input'))
      }, ms),
    /** The box around everything that is drawn, in CSS pixels of the page; null when nothing is. */
    ink,
    /** Resolves when so many frames of the screen have passed. */
    frames,
    /** Pixels a second by which what is drawn goes to the left. */
    pace: async () => {
      const before = await ink()
      await frames(20)
      const after = await ink()
      return ((before.x - after.x) * 1000) / (after.at - before.at)
    },
    /** Resolves when something is drawn in the canvas, or nothing. */
    flies: () => page.waitForFunction(hasInk, true),
    isBare: () => page.waitForFunction(hasInk, false),
    /** Is there a frame: a long unbroken line, which no letter has? */
    framed: () => page.waitForFunction(hasFrame),
  }
}

function figureIs([name, least, most]) {
  const text = document.querySelector(`[data-figure="${name}"]`)?.textContent ?? ''
  const value = Number(text.replaceAll(',', ''))
  return text !== '' && value >= least && value <= most
}

async function framesPass(count) {
  for (let n = 0; n < count; n++) await new Promise(requestAnimationFrame)
}

function inkOf() {
  const canvas = document.querySelector('[data-testid="layer"] canvas')
  if (!canvas?.width) return null
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let n = 3, x = 0, y = 0; n < data.length; n += 4) {
    if (data[n] > 0) {
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
    if (++x === width) [x, y] = [0, y + 1]
  }
  if (right < 0) return null
  const box = canvas.getBoundingClientRect()
  const scale = box.width / width
  return {
    at: performance.now(),
    x: box.x + left * scale,
    y: box.y + top * scale,
    width: (right - left + 1) * scale,
    height: (bottom - top + 1) * scale,
  }
}

function hasInk(wanted) {
  const canvas = document.querySelector('[data-testid="layer"] canvas')
  if (!canvas?.width) return !wanted
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.some((value, n) => n % 4 === 3 && value > 0) === wanted
}

function hasFrame() {
  const canvas = document.querySelector('[data-testid="layer"] canvas')
  if (!canvas?.width) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const LONG = 60
  for (let n = 3, run = 0; n < data.length; n += 4) {
    const endOfLine = (n - 3) % (canvas.width * 4) === 0
    run = data[n] > 100 ? (endOfLine ? 1 : run + 1) : 0
    if (run >= LONG) return true
  }
  return false
}
