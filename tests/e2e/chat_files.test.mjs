// Files in the chat, by paste, drop and button: progress, thumbnails that keep their room, the picture
// in full size, what is refused and why, a line that breaks in the middle.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, openWindows } from './support/browser.mjs'

const folder = mkdtempSync(join(tmpdir(), 'parley-files-'))
let server, browser
before(async () => {
  server = await start({ env: { PARLEY_FILES__PATH: folder, PARLEY_FILES__MAX_BYTES: '4MiB' } })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const room = (name) => openWindows(browser, `${server.url}/room/${name}`, ['zhangsan', 'lisi'])

/** Gives a picture to the page, as "paste" or "drop": noise, so that it is large. */
function give(page, how, { width = 900, height = 500, name = 'noise.png' } = {}) {
  return page.evaluate(
    async ([how, width, height, name]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const context = canvas.getContext('2d')
      const noise = context.createImageData(width, height)
      for (let at = 0; at < noise.data.length; at += 65_536) {
        crypto.getRandomValues(noise.data.subarray(at, at + 65_536))
      }
      for (let at = 3; at < noise.data.length; at += 4) noise.data[at] = 255
      context.putImageData(noise, 0, 0)
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
      const data = new DataTransfer()
      data.items.add(new File([blob], name, { type: 'image/png' }))
      const target = document.querySelector('textarea')
      const options = { bubbles: true, cancelable: true }
      if (how === 'paste') {
        target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }))
      } else {
        target.dispatchEvent(new DragEvent('dragover', { ...options, dataTransfer: data }))
        target.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: data }))
      }
    },
    [how, width, height, name],
  )
}

const sendable = ({ page }) => page.locator('button.send:not(:disabled)').waitFor()

test('a pasted picture goes up with progress and arrives as a thumbnail that keeps its room', async () => {
  const [zhangsan, lisi] = await room('paste')
  const { page } = zhangsan
  // Held back until the bar was seen.
  let open
  const gate = new Promise((resolve) => (open = resolve))
  let pieces = 0
  await page.route('**/files/**', async (route) => {
    if (route.request().method() === 'PATCH' && ++pieces === 2) await gate
    await route.continue()
  })
  await give(page, 'paste')
  const progress = page.getByRole('progressbar', { name: 'Sending noise.png' })
  await page.waitForFunction(() => document.querySelector('progress')?.value > 0)
  assert.ok((await progress.evaluate((bar) => bar.value / bar.max)) < 1)
  assert.equal(await page.locator('button.send').isDisabled(), true)
  open()
  await sendable(zhangsan)
  await zhangsan.composer.fill('look at this')
  await zhangsan.composer.press('Enter')

  const image = lisi.log.locator('.thumb img')
  await image.waitFor()
  await image.evaluate((element) => element.decode())
  const box = await image.boundingBox()
  assert.equal(Math.round((box.width / box.height) * 100), 180)
  assert.ok(box.width <= 362, `${box.width} px`)
  const shown = await image.evaluate((element) => element.naturalWidth)
  assert.equal(shown, 480, 'a thumbnail was made')
  assert.equal(await page.locator('.tray').count(), 0)

  await lisi.page.getByRole('button', { name: 'Show noise.png' }).click()
  const viewer = lisi.page.getByRole('dialog', { name: 'noise.png' })
  const full = viewer.getByRole('img', { name: 'noise.png' })
  await full.evaluate((element) => element.decode())
  assert.equal(await full.evaluate((element) => element.naturalWidth), 900)
  await lisi.page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })
  assert.deepEqual([zhangsan.complaints, lisi.complaints], [[], []])
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('dropped pictures and chosen files go together; one is taken out again', async () => {
  const [zhangsan, lisi] = await room('drop')
  const { page } = zhangsan
  await give(page, 'drop', { width: 60, height: 40, name: 'small.png' })
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  await (await chooser).setFiles([
    { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
    { name: 'no.txt', mimeType: 'text/plain', buffer: Buffer.from('not this one') },
  ])
  await page.getByRole('button', { name: 'Remove no.txt' }).click()
  await sendable(zhangsan)
  await zhangsan.composer.press('Enter')
  const link = lisi.log.getByRole('link', { name: /Download 说明.txt, 5 bytes/ })
  await link.waitFor()
  const [download] = await Promise.all([lisi.page.waitForEvent('download'), link.click()])
  assert.equal(download.suggestedFilename(), '说明.txt')
  await lisi.page.getByRole('button', { name: 'Show small.png' }).waitFor()
  assert.equal(await lisi.log.getByText('no.txt').count(), 0)
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('what is too large or of no use is refused before it is sent', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/refused`, ['zhangsan'])
  const { page } = window
  const asked = []
  page.on('request', (request) => request.url().includes('/files') && asked.push(request.url()))
  const input = page.locator('input[type=file]')
  await input.setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc((4 << 20) + 1) })
  await page.getByText('Too large: this server takes files up to 4 MB.').waitFor()
  await input.setInputFiles({ name: 'run.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') })
  await page.getByText('This server does not take files of this type.').waitFor()
  await input.setInputFiles({ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) })
  await page.getByText('This file is empty.').waitFor()
  assert.deepEqual(asked, [])
  await window.close()
})

test('an upload that the line cuts goes on where it stopped', async () => {
  const [zhangsan, lisi] = await room('cut')
  const { page } = zhangsan
  const offsets = []
  await page.route('**/files/**', async (route) => {
    const request = route.request()
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
    if (request.method() === 'PATCH' && offsets.length === 2) await route.abort()
    else await route.continue()
  })
  await give(page, 'paste')
  await sendable(zhangsan)
  await zhangsan.composer.press('Enter')
  await lisi.log.locator('.thumb img').waitFor()
  assert.deepEqual(offsets.slice(0, 4), [0, 262_144, 262_144, 524_288])
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('what waits in the composer stays with its room; what failed does not go with the message', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/waiting`, ['zhangsan'])
  const { page } = window
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  // The server has the last word: 507 is "full".
  let full = true
  await page.route('**/files**', (route) => {
    const name = Buffer.from('two.txt').toString('base64')
    const refused = full && route.request().headers()['upload-metadata']?.includes(name)
    return refused ? route.fulfill({ status: 507 }) : route.continue()
  })
  await (await chooser).setFiles(
    ['one.txt', 'two.txt'].map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })),
  )
  const retry = page.getByRole('button', { name: 'Send two.txt again' })
  await retry.waitFor()
  await sendable(window)
  await page.getByRole('link', { name: /^lobby/ }).click()
  await page.getByRole('heading', { level: 1, name: '#lobby' }).waitFor()
  assert.equal(await page.locator('.tray').count(), 0)
  await page.goBack()
  await retry.waitFor()
  await sendable(window)
  await window.composer.press('Enter')
  await window.log.getByRole('link', { name: /Download one.txt/ }).waitFor()
  full = false
  await retry.click()
  await sendable(window)
  await window.composer.press('Enter')
  await window.log.getByRole('link', { name: /Download two.txt/ }).waitFor()
  assert.equal(await page.locator('.tray').count(), 0)
  await window.close()
})

test('a server without a place for files says so on the button', async () => {
  const without = await start()
  const window = await openWindow(browser, `${without.url}/room/none`, { user: 'zhangsan' })
  await window.inState('connected')
  const button = window.page.getByRole('button', { name: 'This server takes no files' })
  await button.waitFor()
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  await give(window.page, 'paste', { width: 40, height: 40 })
  await window.page.getByRole('alert').getByText('This server takes no files').waitFor()
  await window.close()
  await without.stop()
})
