// Writing: the Enter of an input method never sends, Shift+Enter breaks the line, lists for `@` and
// `:`, pasted cells, drafts, where there is nothing to write, the log that follows at the bottom and
// stays when scrolled up.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow, openWindows } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const fromBottom = (window) =>
  window.log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight)

test('the Enter that confirms a composition does not send', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/ime`, ['zhangsan'])
  const { page, composer } = window
  const devtools = await page.context().newCDPSession(page)
  // Something that an Enter could send stands there already.
  await composer.pressSequentially('hi ')

  await devtools.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 })
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
  })
  await devtools.send('Input.insertText', { text: '你好' })
  assert.equal(await composer.inputValue(), 'hi 你好')

  // Safari ends the composition before that Enter; only the key code gives it away.
  await composer.evaluate((field) => {
    const enter = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }
    field.dispatchEvent(new KeyboardEvent('keydown', enter))
  })
  assert.equal(await composer.inputValue(), 'hi 你好')
  assert.deepEqual(await window.texts(), [])

  await composer.press('Enter')
  await window.sees('hi 你好')
  assert.equal(await composer.inputValue(), '')
  await window.close()
})

test('Shift+Enter breaks the line, blank text is not sent, a setting swaps the two', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/lines`, ['zhangsan'])
  const { page, composer } = window
  await composer.press('Enter')
  await composer.pressSequentially('one')
  await composer.press('Shift+Enter')
  await composer.pressSequentially('two')
  await composer.press('Enter')
  await window.bubbles.first().waitFor()
  assert.deepEqual(await window.texts(), ['one\ntwo'])

  await page.getByRole('button', { name: 'Chat settings' }).click()
  await page.getByRole('checkbox', { name: /^Enter sends/ }).uncheck()
  await page.keyboard.press('Escape')
  await composer.pressSequentially('three')
  await composer.press('Enter')
  await composer.pressSequentially('four')
  await composer.press('Shift+Enter')
  await window.sees('three four')
  await window.close()
})

test('@ lists people and : lists emoji, by keys and by press', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/lists`, ['zhangsan', 'lisi'])
  const { page, composer } = zhangsan
  await zhangsan.people.getByText('lisi').waitFor()
  const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
  await composer.pressSequentially('ask @l')
  await options.getByText('lisi').waitFor()
  await composer.press('Enter')
  assert.equal(await composer.inputValue(), 'ask @lisi ')
  await composer.pressSequentially(':tad')
  await options.getByText(':tada:').click()
  assert.equal(await composer.inputValue(), 'ask @lisi 🎉 ')
  await composer.press('Enter')

  const row = lisi.log.locator('.message.mentioned')
  await row.waitFor()
  assert.equal(await row.locator('.mention.me').innerText(), '@lisi')

  await composer.pressSequentially('@')
  await options.first().waitFor()
  await composer.press('Escape')
  await options.first().waitFor({ state: 'detached' })
  assert.equal(await composer.inputValue(), '@')
  await Promise.all([zhangsan.close(), lisi.close()])
})

test('the emoji picker searches, puts in at the caret and remembers', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/emoji`, ['zhangsan'])
  const { page, composer } = window
  await composer.fill('a b')
  await composer.press('ArrowLeft')
  await page.getByRole('button', { name: 'Emoji', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search emoji' }).fill('panda')
  await page.getByRole('button', { name: 'panda' }).waitFor()
  await page.keyboard.press('Enter')
  assert.equal(await composer.inputValue(), 'a 🐼b')
  await composer.press('Enter')
  await page.getByRole('button', { name: 'Emoji', exact: true }).click()
  await page.getByRole('button', { name: 'panda' }).first().waitFor()
  assert.equal(await page.locator('.cell').first().innerText(), '🐼')
  await window.close()
})

test('the emoji picker shows what was searched before the emoji were there', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/emoji-late`, ['zhangsan'])
  const { page, composer } = window
  let come
  const gate = new Promise((resolve) => (come = resolve))
  // The emoji are by far the largest of what has the name of the language.
  await page.route(/\/assets\/en-[^/]*\.js$/, async (route) => {
    await gate
    await route.continue()
  })
  await page.getByRole('button', { name: 'Emoji', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search emoji' }).fill('panda')
  assert.equal(await page.getByText('No emoji for that word').count(), 0)
  come()
  // A press needs to see it.
  await page.getByRole('button', { name: 'panda' }).click()
  assert.equal(await composer.inputValue(), '🐼')
  await window.close()
})

test('cells are pasted as text, though they bring a picture of themselves', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/cells`, ['zhangsan'])
  const { page, composer } = window
  const paste = (files, text) =>
    composer.evaluate(
      (field, [files, text]) => {
        const clipboardData = new DataTransfer()
        for (const name of files) clipboardData.items.add(new File(['x'], name, { type: 'image/png' }))
        clipboardData.setData('text/plain', text)
        // True when the page leaves it to the browser.
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
        return field.dispatchEvent(event)
      },
      [files, text],
    )
  assert.equal(await paste(['image.png'], 'one\ttwo'), true)
  assert.equal(await page.locator('.tray').count(), 0)
  // A file manager puts the name beside the file.
  assert.equal(await paste(['cat.png'], 'cat.png'), false)
  await page.locator('.tray').getByText('cat.png').waitFor()
  await window.close()
})

test('a room that does not let us in has no place to write', async () => {
  const window = await openWindow(browser, `${server.url}/chat/foo:bar`, { user: 'zhangsan' })
  await window.page.getByRole('alert').getByText(/no conversations like “foo:bar”/).waitFor()
  assert.equal(await window.composer.count(), 0)
  await window.close()
})

test('leaving asks when something that was written would be lost', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/half-said`, ['zhangsan'])
  const { page, composer } = window
  const item = page.getByRole('link', { name: /^half-said/ })
  const leave = async () => {
    await item.hover()
    await page.getByRole('button', { name: 'Leave half-said' }).click()
  }
  const question = page.getByRole('dialog', { name: 'Leave half-said?' })
  await composer.fill('not sent')
  await leave()
  await question.getByRole('button', { name: 'Stay' }).click()
  await question.waitFor({ state: 'detached' })
  assert.equal(await composer.inputValue(), 'not sent')
  await leave()
  await question.getByRole('button', { name: 'Leave' }).click()
  await item.waitFor({ state: 'detached' })

  await page.goto(`${server.url}/room/half-said`)
  await item.waitFor()
  assert.equal(await composer.inputValue(), '')
  await leave()
  await item.waitFor({ state: 'detached' })
  await window.close()
})

test('a draft stays with its room, is marked in the list and survives a reload', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/drafts`, ['zhangsan'])
  const { page, composer } = window
  await composer.fill('unfinished')
  await page.getByRole('link', { name: /^lobby/ }).click()
  await page.getByRole('heading', { level: 1, name: '#lobby' }).waitFor()
  assert.equal(await composer.inputValue(), '')
  const line = page.getByRole('link', { name: /^drafts/ })
  await line.getByText('Draft: unfinished').waitFor()
  await page.reload()
  await line.click()
  await page.getByRole('heading', { level: 1, name: '#drafts' }).waitFor()
  assert.equal(await composer.inputValue(), 'unfinished')
  await window.close()
})

test('a text that is too long is counted and not sent', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/long`, ['zhangsan'])
  await window.composer.fill('x'.repeat(8001))
  await window.page.getByText('-1 left').waitFor()
  await window.composer.press('Enter')
  assert.equal((await window.composer.inputValue()).length, 8001)
  await window.composer.press('Backspace')
  await window.composer.press('Enter')
  await window.bubbles.first().waitFor()
  await window.close()
})

test('the log follows at the bottom, stays when scrolled up and counts the news', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/scroll`, [
    'zhangsan',
    'lisi',
  ])
  for (let n = 1; n <= 40; n++) await lisi.say(`line ${n}`)
  await zhangsan.sees('line 40')
  await zhangsan.page.waitForFunction(() => {
    const list = document.querySelector('[role=log]')
    return list.scrollHeight - list.scrollTop - list.clientHeight < 2
  })

  await zhangsan.log.hover()
  await zhangsan.page.mouse.wheel(0, -600)
  await zhangsan.page.getByRole('button', { name: 'Jump to the newest message' }).waitFor()
  const before = await zhangsan.log.evaluate((list) => list.scrollTop)
  for (const text of ['a', 'b', 'c']) await lisi.say(text)
  const news = zhangsan.page.getByRole('button', { name: '3 new messages' })
  await news.waitFor()
  assert.equal(await zhangsan.log.evaluate((list) => list.scrollTop), before)

  await news.click()
  await news.waitFor({ state: 'detached' })
  await zhangsan.sees('c')
  assert.ok((await fromBottom(zhangsan)) < 2)
  await Promise.all([zhangsan.close(), lisi.close()])
})
