// Pictures of the page for people to look at: desktop and phone, light and dark, both languages, in
// every state that matters.
//   node e2e/screenshots.mjs DIRECTORY      (the server binary as for the tests: PARLEY_BIN)
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../support/server.mjs'
import { desktop, launch, openWindow, phone } from './support/browser.mjs'

const directory = process.argv[2]
if (!directory) {
  console.error('usage: node e2e/screenshots.mjs DIRECTORY')
  process.exit(2)
}
mkdirSync(directory, { recursive: true })

const sizes = { desktop, phone }
const talk = {
  en: {
    locale: 'en-US',
    room: 'team',
    lines: [
      ['lisi', 'Morning! Is the new board still on for ten?'],
      ['lisi', 'I have the numbers from the load test: https://example.org/bench/7'],
      ['me', 'Yes, ten sharp. Nice numbers!'],
      ['wangwu', '{"data":{"cpu":0.62,"rss":"41 MiB","clients":10000}}'],
      ['wangwu', 'That is ten thousand idle clients on one core. I did not believe it either, so I ran it three times and had the fan of my laptop as a witness.'],
      ['me', 'Show it at ten.'],
      ['me', 'And bring the graph\nwith the 1,000 receivers'],
    ],
    private: 'Between us: the demo has a surprise',
    offline: 'I am in a tunnel, this one waits',
  },
  zh: {
    locale: 'zh-CN',
    room: '周会',
    lines: [
      ['lisi', '早！十点的评审照常吗？'],
      ['lisi', '压测数据在这里：https://example.org/bench/7'],
      ['me', '照常，十点整。数据不错！'],
      ['wangwu', '{"data":{"cpu":0.62,"rss":"41 MiB","clients":10000}}'],
      ['wangwu', '一个核上一万个空闲连接。我一开始也不信，所以连跑了三遍，笔记本的风扇可以作证。'],
      ['me', '十点给大家看看。'],
      ['me', '记得带上那张图\n一千个接收者的那张'],
    ],
    private: '悄悄告诉你：演示里有个惊喜',
    offline: '我在隧道里，这条先等着',
  },
}

let server = await start()
const browser = await launch()
const port = server.port

for (const [size, device] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const language of ['en', 'zh']) await take(size, device, colorScheme, language)
  }
}
await browser.close()
await server.stop()

async function take(size, device, colorScheme, language) {
  const { locale, lines, private: secret, offline } = talk[language]
  const room = talk[language].room
  const address = `${server.url}/room/${encodeURIComponent(room)}`
  const options = { ...device, colorScheme, locale }
  const shot = (window, name) =>
    window.page.screenshot({
      path: join(directory, `${size}-${colorScheme}-${language}-${name}.png`),
      animations: 'disabled',
    })

  const stranger = await openWindow(browser, address, options)
  await stranger.page.getByRole('textbox').first().waitFor()
  await shot(stranger, '1-join')
  await stranger.close()

  const me = await openWindow(browser, address, { ...options, user: 'zhangsan' })
  await me.inState('connected')
  await me.page.locator('.empty').waitFor()
  await shot(me, '2-empty')

  const others = {}
  for (const user of ['lisi', 'wangwu']) {
    others[user] = await openWindow(browser, address, { ...options, user })
    await others[user].inState('connected')
  }
  for (const [who, text] of lines) {
    if (text.startsWith('{')) await sendRaw(others[who], text)
    else await (who === 'me' ? me : others[who]).say(text)
    if (!text.startsWith('{')) await me.sees(text)
  }
  if (size === 'phone') await others.lisi.page.locator('header .icon-button').first().click()
  await others.lisi.page.locator('.side-row', { hasText: 'zhangsan' }).click()
  await others.lisi.say(secret)
  await me.sees(secret)
  await others.wangwu.composer.pressSequentially('Hm, let me see', { delay: 200 })
  await me.page.locator('.typing', { hasText: 'wangwu' }).waitFor()
  await shot(me, '3-busy')

  await me.pill.click()
  await me.page.locator('.events').waitFor()
  await shot(me, '4-pill')
  await me.page.keyboard.press('Escape')
  if (size === 'phone') {
    await me.page.locator('header .icon-button').first().click()
    await me.page.locator('dialog[open] .people').waitFor()
    await shot(me, '5-drawer')
    await me.page.locator('dialog[open] .side-row', { hasText: 'lisi' }).click()
  } else await me.page.locator('.side-row', { hasText: 'lisi' }).click()
  await shot(me, '6-direct')
  await me.page.keyboard.press('Escape')

  server.signal('SIGKILL')
  await server.ended
  await me.inState('waiting')
  await me.say(offline)
  await me.page.locator('.bar').waitFor()
  await shot(me, '7-offline')
  server = await start({ listen: `127.0.0.1:${port}` })
  await Promise.all([me, ...Object.values(others)].map((window) => window.close()))
}

/** Any JSON may be data; the composer only writes text, so this goes over a socket of its own. */
function sendRaw(window, text) {
  return window.page.evaluate(
    ([frame]) =>
      new Promise((resolve) => {
        const url = location.href.replace(/^http/, 'ws').replace('?', '?format=json&')
        const socket = new WebSocket(url)
        socket.onopen = () => socket.send(frame)
        socket.onmessage = (event) => {
          if (JSON.parse(event.data).type !== 'message') return
          socket.close()
          resolve()
        }
      }),
    [text],
  )
}
