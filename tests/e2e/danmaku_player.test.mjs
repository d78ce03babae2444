// The player: what moves, what stands and what is held, as it is seen in the pixels; seeks short and
// long; and that each setting does to the picture what it says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, start } from '../support/server.mjs'
import { launch, phone } from './support/browser.mjs'
import { openShow } from './support/danmaku.mjs'

const API_KEY = 'danmaku-test'
let server, browser
before(async () => {
  server = await start({ env: { PARLEY_API__KEYS: API_KEY } })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

async function publish(channel, ...comments) {
  for (const data of comments) {
    const reply = await fetch(`${server.url}/api/publish`, {
      method: 'POST',
      headers: { 'X-API-Key': API_KEY },
      body: JSON.stringify({ channel, data: { type: 'comment', id: data.text, ...data } }),
    })
    assert.ok((await reply.json()).result)
  }
}

/** A window of a film that stands still at `ms`, its comments loaded. */
async function openStill(name, ms, comments, options = {}) {
  await publish(`track:${name}.0`, ...comments)
  const show = await openShow(browser, server, { name, mode: 'timed', ...options })
  await show.page.getByText(`${comments.length} loaded`).waitFor()
  await show.page.getByRole('button', { name: 'Pause' }).click()
  await show.seek(ms)
  return show
}

const texts = (show) => show.flow.locator('.text').allInnerTexts()
const isLeftOf = (show, x) => eventually(async () => (await show.ink())?.x < x, `left of ${x}`)

test('a comment stands while the film does, and goes on with it', async () => {
  const ann = await openStill('standing', 20_000, [{ text: 'moves', at: 20_300 }])
  const { page } = ann
  await page.keyboard.press('Space')
  await ann.flies()
  await isLeftOf(ann, (await ann.ink()).x)
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  const { x } = await ann.ink()
  await ann.frames(20)
  assert.equal((await ann.ink()).x, x)
  await page.keyboard.press('Space')
  await isLeftOf(ann, x)
  await ann.close()
})

test('an own comment that is written while the film stands is seen at once', async () => {
  const ann = await openStill('written', 20_000.7, [])
  await ann.comment('here I am')
  await ann.lists('here I am')
  await ann.framed()
  await ann.close()
})

test('a comment under the mouse stands while others fly, and goes on when it is left', async () => {
  const ann = await openShow(browser, server, { name: 'held' })
  await publish('held', { text: 'hold me' })
  await ann.flies()
  const corner = await ann.page.getByTestId('layer').boundingBox()
  await isLeftOf(ann, corner.x + corner.width * 0.8)
  const { x, y, height } = await ann.ink()
  // A little ahead of it: it flies into the pointer, however long the pointer takes.
  await ann.page.mouse.move(x - 40, y + height / 2)
  await eventually(async () => {
    await ann.page.mouse.move(x - 40, y + height / 2)
    return ann.page.getByTestId('frozen').isVisible()
  }, 'the comment is held')
  const held = await ann.ink()
  await ann.frames(20)
  assert.equal((await ann.ink()).x, held.x)
  await ann.page.mouse.move(corner.x + 5, corner.y + corner.height - 5)
  await isLeftOf(ann, held.x)
  await ann.close()
})

test('a finger holds a comment by a tap, and its menu answers to one', async () => {
  const ann = await openShow(browser, server, { ...phone, name: 'finger', user: 'ann' })
  const bob = await openShow(browser, server, { name: 'finger', user: 'bob' })
  await bob.page.getByRole('button', { name: 'Look of your comment' }).click()
  await bob.page.getByRole('radio', { name: 'Top' }).check({ force: true })
  await bob.page.keyboard.press('Escape')
  await bob.comment('touch me')
  await ann.flies()
  const { x, y, width, height } = await ann.ink()
  await ann.page.touchscreen.tap(x + width / 2, y + height / 2)
  const menu = ann.page.getByTestId('frozen')
  await menu.getByRole('button', { name: 'Block user' }).tap()
  await menu.waitFor({ state: 'hidden' })
  await ann.isBare()
  assert.equal(await ann.flow.count(), 0)
  await Promise.all([ann.close(), bob.close()])
})

test('a tap beside a held comment lets it go, and leaves the film alone', async () => {
  const top = { text: 'touch me', at: 20_000, mode: 'top' }
  const ann = await openStill('beside', 20_000, [top], phone)
  const { page } = ann
  await ann.flies()
  const { x, y, width, height } = await ann.ink()
  await page.touchscreen.tap(x + width / 2, y + height / 2)
  const menu = page.getByTestId('frozen')
  await menu.waitFor()
  const picture = await page.getByTestId('layer').boundingBox()
  const beside = [picture.x + 20, picture.y + picture.height / 2]
  await page.touchscreen.tap(...beside)
  await menu.waitFor({ state: 'hidden' })
  assert.ok(await page.getByRole('button', { name: 'Play', exact: true }).isVisible())
  await page.touchscreen.tap(...beside)
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await ann.close()
})

test('a held comment that is taken back lets its menu go', async () => {
  const ann = await openStill('taken', 20_000, [{ text: 'oops', at: 20_000, mode: 'top' }])
  await ann.flies()
  const { x, y, width, height } = await ann.ink()
  await ann.page.mouse.move(x + width / 2, y + height / 2)
  const menu = ann.page.getByTestId('frozen')
  await menu.waitFor()
  await publish('track:taken.0', { type: 'delete', id: 'oops', text: '' })
  await menu.waitFor({ state: 'hidden' })
  await ann.isBare()
  await ann.close()
})

const everySecond = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ text: `at ${from + n}`, at: (from + n) * 1000 }))

test('the arrows seek, at double speed, too: nothing of what lies between flies', async () => {
  const ann = await openStill('arrows', 20_000, everySecond(21, 25))
  await ann.page.getByLabel('Playback speed').selectOption('2')
  await ann.page.locator('.seek input').focus()
  await ann.page.keyboard.press('ArrowRight')
  await ann.lists('at 25')
  assert.deepEqual(await texts(ann), ['at 25'])
  await ann.figureIs('shown', 1)
  await ann.close()
})

test('a drag of the seek bar shows what is at its end, not what it passes', async () => {
  const passed = everySecond(20, 29).map(({ text, at }) => ({ text, at: at + 500 }))
  const ann = await openStill('drag', 20_000, [...passed, ...everySecond(30, 30)])
  for (let ms = 21_000; ms <= 30_000; ms += 1000) await ann.seek(ms)
  await ann.lists('at 30')
  assert.deepEqual(await texts(ann), ['at 30'])
  await ann.figureIs('shown', 1)
  await ann.close()
})

test('keys go on after a click on the seek bar; other sliders keep their arrows', async () => {
  const ann = await openShow(browser, server, { name: 'sliders', mode: 'timed' })
  const { page } = ann
  await page.locator('.seek input').click()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  await page.keyboard.press('KeyD')
  const toggle = page.getByRole('button', { name: 'Comments on the picture' })
  assert.equal(await toggle.getAttribute('aria-pressed'), 'false')
  const time = page.locator('.controls .time')
  const before = await time.innerText()
  await page.locator('.stress input').press('ArrowRight')
  await page.getByText('10 a second', { exact: true }).waitFor()
  assert.equal(await time.innerText(), before)
  await ann.close()
})

/** The panel of settings, open. */
async function settingsOf({ page }) {
  await page.getByRole('button', { name: 'Comment settings' }).click()
  return page.locator('.panel:popover-open')
}

test('opacity and font size are what one sees, and so is the area', async () => {
  const ann = await openStill('settings', 20_000, [{ text: 'a comment', at: 20_000, mode: 'top' }])
  await ann.flies()
  const { height } = await ann.ink()
  const panel = await settingsOf(ann)
  await panel.getByLabel('Font size').press('End')
  await eventually(async () => (await ann.ink()).height > height * 1.4, 'larger')
  await panel.getByLabel('Font size').press('Home')
  await eventually(async () => (await ann.ink()).height < height * 0.75, 'smaller')

  await panel.getByLabel('Opacity').press('Home')
  const canvas = ann.page.getByTestId('layer').locator('canvas')
  await eventually(async () => (await canvas.evaluate((one) => getComputedStyle(one).opacity)) === '0.2', '20 %')

  await panel.getByText('Bottom', { exact: true }).click()
  await panel.getByText('1/4', { exact: true }).click()
  await ann.page.keyboard.press('Escape')
  await ann.page.getByRole('button', { name: 'Play', exact: true }).click()
  await ann.page.locator('.stress input').press('End')
  await ann.figureAbove('shed', 100)
  const picture = await canvas.boundingBox()
  const used = await ann.ink()
  const share = (used.y + used.height - picture.y) / picture.height
  assert.ok(share > 0.18 && share <= 0.25, `the comments take ${share} of the height`)
  await ann.close()
})

test('speed is what one sees: four times between its ends', async () => {
  const ann = await openShow(browser, server, { name: 'speed' })
  const speed = (await settingsOf(ann)).getByLabel('Speed')
  await speed.press('Home')
  await publish('speed', { text: 'the same comment' })
  await ann.flies()
  const slow = await ann.pace()
  await speed.press('End')
  const fast = await ann.pace()
  assert.ok(fast > 3 * slow && fast < 5.5 * slow, `${slow}, then ${fast} pixels a second`)
  await ann.close()
})

test('on a sharper screen comments are drawn anew, though the picture keeps its size', async () => {
  const ann = await openShow(browser, server, { name: 'sharp' })
  const { page } = ann
  await publish('sharp', { text: 'sharp' })
  await ann.flies()
  const canvas = page.getByTestId('layer').locator('canvas')
  const sharpness = () => canvas.evaluate(({ width, clientWidth }) => width / clientWidth)
  assert.equal(await sharpness(), 1)
  const session = await page.context().newCDPSession(page)
  const { width, height } = page.viewportSize()
  const sharper = { width, height, deviceScaleFactor: 2, mobile: false }
  await session.send('Emulation.setDeviceMetricsOverride', sharper)
  await eventually(async () => (await sharpness()) === 2, 'twice as sharp')
  await ann.close()
})

test('however wide a text would be, its picture is of a size that every screen can hold', async () => {
  const ann = await openShow(browser, server, { name: 'wide' })
  await (await settingsOf(ann)).getByLabel('Font size').press('End')
  await ann.page.evaluate(() => {
    window.widest = 0
    window.OffscreenCanvas = class extends OffscreenCanvas {
      constructor(width, height) {
        super(width, height)
        window.widest = Math.max(window.widest, width)
      }
    }
  })
  await publish('wide', { text: 'W'.repeat(100), size: 'large' })
  await ann.flies()
  const widest = await ann.page.evaluate(() => window.widest)
  assert.ok(widest > 4000 && widest < 4200, `${widest} pixels`)
  await ann.close()
})
