// Writing: the Enter of an input method never sends, Shift+Enter breaks the line, the list follows
// at the bottom and stays when scrolled up.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindows } from './support/browser.mjs'

let server, browser
before(async () => {
  server = await start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('the Enter that confirms a composition does not send', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/ime`, ['zhangsan'])
  const { page, composer } = window
  const devtools = await page.context().newCDPSession(page)
  await composer.focus()

  await devtools.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 })
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
  })
  await devtools.send('Input.insertText', { text: '你好' })
  assert.equal(await composer.inputValue(), '你好')

  // Safari ends the composition before that Enter; only the key code gives it away.
  await composer.evaluate((field) => {
    const enter = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }
    field.dispatchEvent(new KeyboardEvent('keydown', enter))
  })
  assert.equal(await composer.inputValue(), '你好')
  assert.deepEqual(await window.texts(), [])

  await composer.press('Enter')
  await window.sees('你好')
  assert.equal(await composer.inputValue(), '')
  await window.close()
})

test('Shift+Enter breaks the line, blank text is not sent', async () => {
  const [window] = await openWindows(browser, `${server.url}/room/lines`, ['zhangsan'])
  const { composer } = window
  await composer.press('Enter')
  await composer.pressSequentially('one')
  await composer.press('Shift+Enter')
  await composer.pressSequentially('two')
  await composer.press('Enter')
  await window.bubbles.first().waitFor()
  assert.deepEqual(await window.texts(), ['one\ntwo'])
  await window.close()
})

test('the list follows at the bottom, stays when scrolled up and counts the news', async () => {
  const [zhangsan, lisi] = await openWindows(browser, `${server.url}/room/scroll`, [
    'zhangsan',
    'lisi',
  ])
  const fromBottom = () =>
    zhangsan.log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight)
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
  assert.ok((await fromBottom()) < 2)
  await Promise.all([zhangsan.close(), lisi.close()])
})
