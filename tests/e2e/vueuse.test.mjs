// VueUse's useWebSocket with its default heartbeat and autoReconnect: stays connected, hears its own
// message, never mistakes a heartbeat for one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from '../support/server.mjs'
import { launch } from './support/browser.mjs'
import { packageFile, serveForeign } from './support/foreign_page.mjs'

const BEATS = 4

const page = (url) => `<!doctype html>
<meta charset="utf-8">
<title>vueuse</title>
<div id="app"></div>
<script src="/vue.js"></script>
<script src="/shared.js"></script>
<script src="/core.js"></script>
<script>
window.connects = 0
window.losses = 0
window.heard = []
Vue.createApp({
  template: '<p id="status">{{ status }}</p><button @click="send(\\'hello\\')">send</button>',
  setup() {
    return VueUse.useWebSocket(${JSON.stringify(url)}, {
      heartbeat: true,
      autoReconnect: true,
      onConnected: () => window.connects++,
      onDisconnected: () => window.losses++,
      onMessage: (socket, event) => window.heard.push(event.data),
    })
  },
}).mount('#app')
</script>`

let server, browser, site
before(async () => {
  browser = await launch()
  site = await serveForeign({
    '/vue.js': packageFile('vue/dist/vue.global.js'),
    '/shared.js': packageFile('@vueuse/shared/index.iife.js'),
    '/core.js': packageFile('@vueuse/core/index.iife.js'),
  })
  server = await start({ args: ['--allow-origin', site.origin] })
  site.set('/index.html', page(`${server.wsUrl}/echo?username=vueuse`))
})
after(async () => {
  await browser?.close()
  site?.close()
  await server?.stop()
})

test('useWebSocket with heartbeat and autoReconnect stays connected', async () => {
  const tab = await browser.newPage()
  await tab.goto(site.origin)
  await tab.getByText('OPEN').waitFor()
  await tab.getByRole('button', { name: 'send' }).click()
  await tab.waitForFunction(
    (beats) => window.heard.filter((data) => data === 'pong').length >= beats,
    BEATS,
  )
  const { heard, connects, losses } = await tab.evaluate(() => {
    const { heard, connects, losses } = window
    return { heard, connects, losses }
  })
  assert.deepEqual(heard.filter((data) => data !== 'pong'), ['hello'])
  assert.deepEqual({ connects, losses }, { connects: 1, losses: 0 })
  assert.equal(await tab.locator('#status').innerText(), 'OPEN')
})
