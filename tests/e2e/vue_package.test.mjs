// The component of docs/vue.md that a Vue developer copies: taken from the page as it stands there, built
// with the package, opened in two windows of another origin. And every other snippet of the page: it builds.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { api } from '../support/sdk.mjs'
import { start } from '../support/server.mjs'
import { buildPackage, buildPage } from '../support/vue_package.mjs'
import { launch, PATIENCE_MS } from './support/browser.mjs'
import { serveForeign } from './support/foreign_page.mjs'

const docs = new URL('../../docs/vue.md', import.meta.url)
const snippets = [...readFileSync(docs, 'utf8').matchAll(/^```vue\n(.*?)^```/gms)].map(
  ([, code]) => code,
)
const room = snippets.find((code) => code.includes('provideParley('))

let browser, built
before(async () => {
  built = buildPackage()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  built?.remove()
})

const mount = (component) => ({
  'index.html': `<!doctype html><meta charset="utf-8"><title>docs</title><div id="app"></div>
<script type="module" src="./main.js"></script>`,
  'main.js': `import { createApp } from 'vue'
import Component from './Component.vue'
createApp(Component).mount('#app')`,
  'Component.vue': component,
})

/** The page in a new window; `errors` are those of its console, except the line's own failures. */
async function open(t, site, query = '') {
  const context = await browser.newContext()
  t.after(() => context.close())
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('WebSocket connection')) errors.push(text)
  })
  await page.goto(`${site.origin}/${query}`)
  const paragraphs = page.locator('p')
  return {
    page,
    errors,
    items: page.getByRole('listitem'),
    people: paragraphs.first(),
    texts: async () => (await paragraphs.allInnerTexts()).slice(1),
    sees: (text) => page.getByText(text).waitFor(),
    say: async (text) => {
      await page.getByRole('textbox').fill(text)
      await page.keyboard.press('Enter')
    },
    input: page.getByRole('textbox'),
    hearsOfNetwork: () => page.evaluate(() => dispatchEvent(new Event('online'))),
    /** Resolves when so many names stand in the first line. */
    counts: (people) =>
      page.waitForFunction(
        (count) => document.querySelector('p').innerText.split(', ').length === count,
        people,
        { polling: 100 },
      ),
  }
}

test('the live room of the docs has 15 lines, and two windows talk in it', async (t) => {
  assert.equal(room.trimEnd().split('\n').length, 15)
  const site = await serveForeign({ '/favicon.ico': '' })
  t.after(() => site.close())
  const args = ['--allow-origin', site.origin]
  let server = await start({ args })
  t.after(() => server.signal('SIGKILL'))
  const listen = new URL(server.url).host
  assert.ok(room.includes('127.0.0.1:8000'))
  const files = await buildPage(built, mount(room.replace('127.0.0.1:8000', listen)))
  for (const [path, content] of Object.entries(files)) site.set(path, content)

  const ann = await open(t, site)
  const bob = await open(t, site)
  await Promise.all([ann.counts(2), bob.counts(2)])
  await ann.say('hello')
  await bob.sees(/^guest-\d+: hello$/)
  await bob.say('hi')
  await ann.sees(/: hi$/)
  assert.equal(await ann.input.inputValue(), '')
  const late = await open(t, site)
  await late.sees(/: hi$/)
  assert.deepEqual(
    (await late.texts()).map((text) => text.split(': ')[1]),
    ['hello', 'hi'],
  )
  await ann.counts(3)

  // Said while the server is gone, delivered when another one is there.
  server.signal('SIGKILL')
  await server.ended
  await ann.say('are you there?')
  server = await start({ listen, args })
  // News of the network bring back whoever's next attempt is far off by now; bob comes by himself.
  await ann.hearsOfNetwork()
  await bob.sees(/: are you there\?$/)
  await bob.say('yes')
  await ann.sees(/: yes$/)
  await late.hearsOfNetwork()
  await ann.counts(3)
  const said = (await ann.texts()).map((text) => text.split(': ')[1])
  assert.deepEqual(said, ['hello', 'hi', 'are you there?', 'yes'])
  for (const window of [ann, bob, late]) assert.deepEqual(window.errors, [])
  await server.stop()
})

test('examples/vue-room: older messages, one that fails and is sent again, once', async (t) => {
  const source = (name) =>
    readFileSync(new URL(`../../examples/vue-room/${name}`, import.meta.url), 'utf8')
  const names = ['index.html', 'main.js', 'Room.vue']
  const files = await buildPage(
    built,
    Object.fromEntries(names.map((name) => [name, source(name)])),
  )
  const site = await serveForeign({ '/favicon.ico': '', ...files })
  t.after(() => site.close())
  const args = ['--allow-origin', site.origin, '--api-key', 'test-api-key']
  const server = await start({ args })
  t.after(() => server.signal('SIGKILL'))
  for (let n = 1; n <= 70; n++) {
    await api(server, 'publish', { channel: 'orders', data: { id: `m${n}`, text: `order ${n}` } })
  }

  const ann = await open(t, site, `?server=${server.wsUrl}&user=ann`)
  await ann.sees('order 70')
  assert.equal(await ann.items.count(), 50)
  await ann.page.getByRole('button', { name: 'Older' }).click()
  await ann.sees(/order 1$/)
  await ann.page.getByRole('button', { name: 'Older' }).waitFor({ state: 'detached' })
  assert.equal(await ann.items.count(), 70)

  const bob = await open(t, site, `?server=${server.wsUrl}&user=bob`)
  await ann.sees('ann, bob')
  // The line dies under ann's message: she sends it again. It comes a third time, and stands there once.
  await ann.page.evaluate(() => {
    const { send } = WebSocket.prototype
    WebSocket.prototype.send = function (data) {
      if (!String(data).includes('publish')) return send.call(this, data)
      WebSocket.prototype.send = send
      this.onclose({ code: 1006, reason: '' })
      this.close()
    }
  })
  await ann.say('the lost one')
  await ann.page.getByRole('button', { name: 'Send again' }).click()
  await bob.sees(/^ann the lost one$/)
  await ann.sees(/^ann the lost one$/)
  const { publications } = await api(server, 'history', { channel: 'orders', limit: -1 })
  await api(server, 'publish', { channel: 'orders', data: publications.at(-1).data })
  await bob.say('after it')
  await ann.sees('bob after it')
  for (const { items, errors } of [ann, bob]) {
    assert.equal(await items.filter({ hasText: 'the lost one' }).count(), 1)
    assert.deepEqual(errors, [])
  }
  await server.stop()
})

test('every snippet of the docs builds', async () => {
  assert.ok(snippets.length >= 6)
  for (const snippet of snippets) {
    const files = await buildPage(built, mount(snippet))
    assert.ok(files['/index.html'])
  }
})
