// The danmaku in two windows: what one writes flies in both, live and at its moment of the film; what
// the viewer set is kept to; what cannot be sent says so.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, start } from '../support/server.mjs'
import { launch } from './support/browser.mjs'
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

async function api(method, body) {
  const reply = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { 'X-API-Key': API_KEY },
    body: JSON.stringify(body),
  })
  const answer = await reply.json()
  assert.ok(answer.result, JSON.stringify(answer))
  return answer.result
}
const publish = (channel, data) => api('publish', { channel, data })

test('a live comment flies in both windows, the own one in a frame', async () => {
  const ann = await openShow(browser, server, { name: 'live', user: 'ann' })
  const bob = await openShow(browser, server, { name: 'live', user: 'bob' })
  await ann.isBare()
  await ann.comment('hello from ann')
  for (const window of [ann, bob]) {
    await window.lists('hello from ann')
    await window.figureIs('shown', 1)
    await window.flies()
  }
  await ann.framed()
  assert.equal(await bob.flow.locator('.own').count(), 0)
  assert.equal(await bob.flow.locator('.user').innerText(), 'ann')

  // The room is the chat's, too: whoever talks there, by any way, flies.
  await publish('live', 'a line of the chat')
  await bob.lists('a line of the chat')
  await bob.figureIs('shown', 2)
  await Promise.all([ann.close(), bob.close()])
})

test('the history is listed and does not fly; a deletion takes a comment back', async () => {
  await publish('past', { type: 'comment', id: 'one', text: 'said before' })
  await publish('past', { type: 'comment', id: 'two', text: 'taken back' })
  await publish('past', { type: 'delete', id: 'two' })
  const ann = await openShow(browser, server, { name: 'past' })
  await ann.lists('said before')
  assert.equal(await ann.flow.locator('li').count(), 1)
  assert.equal(await ann.figureNow('shown'), 0)

  await publish('past', { type: 'comment', id: 'three', text: 'for a moment', mode: 'top' })
  await ann.lists('for a moment')
  await ann.flies()
  await publish('past', { type: 'delete', id: 'three' })
  await ann.isBare()
  assert.equal(await ann.flow.locator('li').count(), 1)
  await ann.close()
})

test('a timed comment flies at its moment: for others, after a reload, after a seek', async () => {
  const ann = await openShow(browser, server, { name: 'film', mode: 'timed', user: 'ann' })
  await ann.page.getByRole('button', { name: 'Pause' }).click()
  await ann.seek(30_000)
  await ann.comment('at thirty seconds')
  await ann.lists('at thirty seconds')
  assert.equal(await ann.flow.locator('.time').innerText(), '0:30')
  await eventually(async () => {
    const { publications } = await api('history', { channel: 'track:film.0', limit: 10 })
    return publications.length === 1 && Math.abs(publications[0].data.at - 30_000) < 1000
  }, 'the comment is in its segment')

  const bob = await openShow(browser, server, { name: 'film', mode: 'timed', user: 'bob' })
  await bob.page.getByText('1 loaded').waitFor()
  await bob.page.getByTestId('heat').waitFor()
  assert.equal(await bob.flow.count(), 0)
  await bob.seek(29_000)
  await bob.lists('at thirty seconds')
  await bob.flies()

  // Back again, and it flies again; the first time has left no trace in the list.
  await bob.seek(29_000)
  await bob.figureIs('shown', 2)
  await bob.lists('at thirty seconds')
  assert.equal(await bob.flow.locator('li').count(), 1)

  await ann.reload()
  await ann.page.getByText('1 loaded').waitFor()
  await ann.seek(29_000)
  await ann.lists('at thirty seconds')
  await ann.framed()
  await Promise.all([ann.close(), bob.close()])
})

test('the next minute is loaded ahead, and what others write meanwhile is part of it', async () => {
  await publish('track:ahead.1', { type: 'comment', id: 'a', text: 'second minute', at: 61_000 })
  await publish('track:ahead.1', { type: 'comment', id: 'b', text: 'wrong segment', at: 10 })
  const ann = await openShow(browser, server, { name: 'ahead', mode: 'timed' })
  await ann.page.getByText('0 loaded').waitFor()
  await ann.seek(58_000)
  await ann.page.getByText('1 loaded').waitFor()
  await publish('track:ahead.1', { type: 'comment', id: 'c', text: 'just written', at: 61_500 })
  for (const text of ['second minute', 'just written']) await ann.lists(text)
  assert.deepEqual(await ann.flow.locator('.text').allInnerTexts(), ['second minute', 'just written'])

  await ann.flow.getByRole('button', { name: 'Go to 1:01' }).first().click()
  await ann.figureIs('shown', 4)
  await ann.close()
})

test('keys: D switches comments off, space stops film and comments, arrows seek', async () => {
  const ann = await openShow(browser, server, { name: 'keys', mode: 'timed' })
  const { page } = ann
  const toggle = page.getByRole('button', { name: 'Comments on the picture' })
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  const time = page.locator('.controls .time')
  const before = await time.innerText()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((old) => document.querySelector('.controls .time').innerText !== old, before)
  assert.match(await time.innerText(), /^0:1\d/)

  await page.keyboard.press('KeyD')
  assert.equal(await toggle.getAttribute('aria-pressed'), 'false')
  await publish('track:keys.0', { type: 'comment', id: 'x', text: 'nobody sees me', at: 20_000 })
  await page.getByText('1 loaded').waitFor()
  await ann.seek(19_000)
  await page.keyboard.press('Space')
  await ann.lists('nobody sees me')
  await ann.figureIs('hidden', 1)
  await ann.isBare()
  await page.keyboard.press('KeyD')
  assert.equal(await toggle.getAttribute('aria-pressed'), 'true')

  // Enter leads to the field; there letters are letters, and the Enter of an input method is its own.
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
  await page.keyboard.type('dddd')
  await ann.field.dispatchEvent('keydown', { key: 'Enter', keyCode: 229 })
  assert.equal(await ann.field.inputValue(), 'dddd')
  assert.equal(await toggle.getAttribute('aria-pressed'), 'true')
  await page.keyboard.press('Enter')
  await ann.lists('dddd')
  assert.equal(await ann.field.inputValue(), '')
  assert.equal(await page.locator('.emitter .send').getAttribute('aria-disabled'), 'true', 'it cools down')
  await ann.close()
})

test('a blocked word hides at once, is kept over a reload, and can be allowed again', async () => {
  const ann = await openShow(browser, server, { name: 'block' })
  const { page } = ann
  await publish('block', { type: 'comment', id: '1', text: 'a Spoiler!', mode: 'top' })
  await ann.flies()
  await page.getByRole('button', { name: 'Comment settings' }).click()
  await page.getByLabel('Blocked words').fill('spoiler')
  await page.getByLabel('Blocked words').press('Enter')
  await ann.isBare()
  assert.equal(await ann.flow.locator('li').count(), 0)

  await ann.reload()
  await publish('block', { type: 'comment', id: '2', text: 'no spoilers here', mode: 'top' })
  await ann.figureIs('hidden', 1)
  assert.equal(await ann.figureNow('shown'), 0)
  await page.getByRole('button', { name: 'Comment settings' }).click()
  await page.getByRole('button', { name: 'No longer block spoiler' }).click()
  await publish('block', { type: 'comment', id: '3', text: 'one more spoiler', mode: 'top' })
  await ann.figureIs('shown', 1)
  await ann.close()
})

test('hovering holds a comment; its menu blocks the user', async () => {
  const ann = await openShow(browser, server, { name: 'hover', user: 'ann' })
  const bob = await openShow(browser, server, { name: 'hover', user: 'bob' })
  await bob.page.getByRole('button', { name: 'Look of your comment' }).click()
  await bob.page.getByRole('radio', { name: 'Top' }).check({ force: true })
  await bob.page.keyboard.press('Escape')
  await bob.comment('hold me, please')
  await ann.flies()
  const { x, y, width, height } = await ann.ink()
  await ann.page.mouse.move(x + width / 2, y + height / 2)
  const menu = ann.page.getByTestId('frozen')
  await menu.waitFor()
  assert.equal(await menu.locator('.user').innerText(), 'bob')
  await menu.getByRole('button', { name: 'Block user' }).click()
  await ann.isBare()
  await menu.waitFor({ state: 'hidden' })
  await bob.flies()
  await Promise.all([ann.close(), bob.close()])
})

test('one takes back the own comment, from the list and from the picture, for everybody', async () => {
  const ann = await openShow(browser, server, { name: 'regret', user: 'ann' })
  const bob = await openShow(browser, server, { name: 'regret', user: 'bob' })
  const film = await openShow(browser, server, { name: 'regret', mode: 'timed', user: 'ann' })
  await ann.comment('oops')
  await bob.lists('oops')
  assert.equal(await bob.page.getByRole('button', { name: 'Take back' }).count(), 0)
  await ann.flow.getByRole('button', { name: 'Take back: oops' }).click()
  for (const window of [ann, bob]) {
    await window.flow.waitFor({ state: 'detached' })
    await window.isBare()
  }

  await film.page.getByRole('button', { name: 'Pause' }).click()
  await film.page.getByRole('button', { name: 'Look of your comment' }).click()
  await film.page.getByRole('radio', { name: 'Top' }).check({ force: true })
  await film.page.keyboard.press('Escape')
  await film.comment('oops again')
  await film.page.getByText('1 loaded').waitFor()
  await film.framed()
  const { x, y, width, height } = await film.ink()
  await film.page.mouse.move(x + width / 2, y + height / 2)
  await film.page.getByTestId('frozen').getByRole('button', { name: 'Take back' }).click()
  await film.page.getByText('0 loaded').waitFor()
  await film.reload()
  await film.page.getByText('0 loaded').waitFor()
  await Promise.all([ann.close(), bob.close(), film.close()])
})

test('a held comment is copied, and says so, also where there is no clipboard', async () => {
  const ann = await openShow(browser, server, { name: 'copy', mode: 'timed' })
  const { page } = ann
  // As over plain HTTP.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.getByRole('button', { name: 'Pause' }).click()
  await ann.seek(20_000)
  await publish('track:copy.0', { type: 'comment', id: '1', text: 'copy me', at: 20_000, mode: 'top' })
  await ann.flies()
  const { x, y, width, height } = await ann.ink()
  await page.mouse.move(x + width / 2, y + height / 2)
  const menu = page.getByTestId('frozen')
  await menu.getByRole('button', { name: 'Copy' }).click()
  await menu.getByRole('button', { name: 'Copied' }).waitFor()
  await menu.waitFor({ state: 'hidden' })
  await ann.field.press('Control+V')
  assert.equal(await ann.field.inputValue(), 'copy me')
  await ann.close()
})

test('what cannot be sent says so, and goes out once when it is tried again', async () => {
  const ann = await openShow(browser, server, { name: 'offline', user: 'ann' })
  const bob = await openShow(browser, server, { name: 'offline', user: 'bob' })
  const { page } = ann
  await page.context().setOffline(true)
  await ann.pill.click()
  await page.getByRole('button', { name: 'Simulate a drop' }).click()
  await page.keyboard.press('Escape')
  await page.getByTestId('notice').waitFor()
  await ann.comment('can you hear me')
  await ann.failed.getByText('there is no connection').waitFor()
  assert.equal(await ann.figureNow('shown'), 0)

  await page.context().setOffline(false)
  await ann.inState('connected')
  await ann.failed.getByRole('button', { name: 'Try again' }).click()
  await bob.lists('can you hear me')
  await ann.failed.waitFor({ state: 'detached' })
  await ann.figureIs('shown', 1)
  assert.equal(await ann.flow.locator('li').count(), 1)
  await Promise.all([ann.close(), bob.close()])
})

test('whoever prefers reduced motion gets the list alone', async () => {
  const ann = await openShow(browser, server, { name: 'calm', reducedMotion: 'reduce' })
  await publish('calm', 'nothing moves')
  await ann.lists('nothing moves')
  assert.equal(await ann.page.getByTestId('layer').locator('canvas').count(), 0)
  assert.equal(await ann.flow.getAttribute('aria-live'), 'off')
  await ann.page.getByText('You prefer less motion').waitFor()
  assert.equal(await ann.page.locator('.stress').count(), 0, 'a flood would have nowhere to be')
  await ann.close()
})

test('a flood is shown as far as there is room; the rest is counted', async () => {
  const ann = await openShow(browser, server, { name: 'flood' })
  const slider = ann.page.locator('.stress input')
  await slider.press('End')
  await ann.page.getByText('10,000 a second').waitFor()
  await ann.figureAbove('shed', 2000)
  await ann.comment('I am seen')
  await ann.framed()
  await slider.press('Home')
  await ann.page.getByText('0 a second', { exact: true }).waitFor()
  await ann.close()
})

test('comments come from a file and go into one', async () => {
  const ann = await openShow(browser, server, { name: 'file', mode: 'timed' })
  const { page } = ann
  await page.getByText('0 loaded').waitFor()
  const xml = `<i><d p="12.5,5,25,16711680,0,0,x,1">from the top</d><d p="13,7,25,0">code</d><d p="14,1,18,255">low</d></i>`
  const choose = (name, content) =>
    page.locator('.files input').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
  await choose('a.xml', xml)
  await page.getByText('2 comments loaded').waitFor()
  await choose('a.xml', xml)
  await page.getByText('0 comments loaded').waitFor()
  await choose('b.xml', '{')
  await page.getByText('could not be read').waitFor()
  await ann.seek(12_000)
  await ann.lists('from the top')

  const saved = async (kind) => {
    const button = page.getByRole('button', { name: `Save as ${kind}` })
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
    let text = ''
    for await (const part of await download.createReadStream()) text += part
    return text
  }
  const [first, second] = JSON.parse(await saved('JSON'))
  assert.deepEqual(
    [first.text, first.mode, first.color, first.at],
    ['from the top', 'top', '#ff0000', 12_500],
  )
  assert.deepEqual([second.text, second.size, second.color], ['low', 'small', '#0000ff'])
  assert.match(await saved('XML'), /^<d p="12.5,5,25,16711680,[0-9,]*">from the top<\/d>$/m)
  await ann.close()
})
