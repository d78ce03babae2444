// The tutorial's own Vue component, unmodified but for the address, from a page on another origin.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch, openWindow } from './support/browser.mjs'
import { packageFile, serveForeign } from './support/foreign_page.mjs'

const page = (path) => `<!doctype html>
<meta charset="utf-8">
<title>tutorial</title>
<div id="app"></div>
<script src="/vue.js"></script>
<script>
window.said = []
const log = console.log
console.log = (...words) => { window.said.push(words.join(' ')); log(...words) }

const Tutorial = {
  template: '<div><button @click="send">发消息</button></div>',
  data() {
    return {
      path: ${JSON.stringify(path)},
      socket: '',
    }
  },
  mounted() {
    this.init()
  },
  methods: {
    init: function () {
      if (typeof WebSocket === 'undefined') {
        alert('您的浏览器不支持socket')
      } else {
        this.socket = new WebSocket(this.path)
        this.socket.onopen = this.open
        this.socket.onerror = this.error
        this.socket.onmessage = this.getMessage
        this.socket.onclose = this.close
      }
    },
    open: function () {
      console.log('socket连接成功')
    },
    error: function () {
      console.log('连接错误')
    },
    getMessage: function (msg) {
      console.log(msg.data)
    },
    send: function () {
      this.socket.send('hahahahhahaha')
    },
    close: function () {
      console.log('socket已经关闭')
    },
  },
}
Vue.createApp(Tutorial).mount('#app')
</script>`

let server, browser, site
before(async () => {
  browser = await launch()
  site = await serveForeign({ '/vue.js': packageFile('vue/dist/vue.global.js') })
  server = await start({ args: ['--allow-origin', site.origin] })
  site.set('/index.html', page(`${server.wsUrl}/echo?username=zhangsan&token=xxxx`))
})
after(async () => {
  await browser?.close()
  site?.close()
  await server?.stop()
})

const heard = (tab, text) => tab.waitForFunction((words) => window.said.includes(words), text)

test('the tutorial’s component connects, sends, hears itself and others, and sees the end', async () => {
  const [one, two] = await Promise.all([browser.newPage(), browser.newPage()])
  for (const tab of [one, two]) {
    await tab.goto(site.origin)
    await heard(tab, 'socket连接成功')
  }
  await one.getByRole('button', { name: '发消息' }).click()
  await heard(one, 'hahahahhahaha')
  await heard(two, 'hahahahhahaha')
  assert.deepEqual(await two.evaluate(() => window.said), ['socket连接成功', 'hahahahhahaha'])

  // And it talks with our page, in the same room.
  const window = await openWindow(browser, `${server.url}/echo`, { user: 'lisi' })
  await window.inState('connected')
  await window.say('大家好')
  // Our chat's words come in its schema, verbatim.
  await one.waitForFunction(() => {
    const last = window.said.at(-1)
    return last.startsWith('{') && JSON.parse(last).text === '大家好'
  })
  await one.getByRole('button', { name: '发消息' }).click()
  await window.sees('hahahahhahaha')

  await server.stop()
  await heard(one, 'socket已经关闭')
  server = null
})

test('a page of an origin that is not allowed is refused', async () => {
  server = await start()
  site.set('/index.html', page(`${server.wsUrl}/echo?username=zhangsan`))
  const tab = await browser.newPage()
  await tab.goto(site.origin)
  await heard(tab, '连接错误')
  await heard(tab, 'socket已经关闭')
  assert.deepEqual(await tab.evaluate(() => window.said), ['连接错误', 'socket已经关闭'])
})
