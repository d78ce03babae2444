// The component of docs/vue.md that a Vue developer copies: taken from the page as it stands there, built
// with the package, opened in two windows of another origin. And every other snippet of the page, in both
// languages: it builds, and its types are right.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { api } from '../support/sdk.mjs'
import { eventually, start } from '../support/server.mjs'
import { buildPackage, buildPage, checkTypes } from '../support/vue_package.mjs'
import { launch, PATIENCE_MS } from './support/browser.mjs'
import { serveForeign } from './support/foreign_page.mjs'

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
/** Code blocks of a page in one language. */
const snippets = (path, language) =>
  [...read(path).matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(([, its, code]) =>
    its === language ? [code] : [],
  )
const docs = ['docs/vue.md', 'docs/vue.zh-CN.md']
const components = snippets('docs/vue.md', 'vue')
const room = components.find((code) => code.includes('provideParley('))
const vueRoom = Object.fromEntries(
  ['index.html', 'main.js', 'Room.vue'].map((name) => [name, read(`examples/vue-room/${name}`)]),
)

let browser, built
before(async () => {
  built = buildPackage()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  built?.remove()
})

const page = {
  'index.html': `<!doctype html><meta charset="utf-8"><title>docs</title><div id="app"></div>
<script type="module" src="./main.js"></script>`,
}
const mount = (component) => ({
  ...page,
  'main.js': `import { createApp } from 'vue'
import Component from './Component.vue'
createApp(Component).mount('#app')`,
  'Component.vue': component,
})

/** A server, and a site of another origin whose page is a component that talks to it. */
async function serve(t, component, ...more) {
  const site = await serveForeign({ '/favicon.ico': '' })
  t.after(() => site.close())
  const args = ['--allow-origin', site.origin, '--api-key', 'test-api-key', ...more]
  const server = await start({ args })
  t.after(() => server.signal('SIGKILL'))
  assert.ok(component.includes('127.0.0.1:8000'))
  const here = component.replace('127.0.0.1:8000', new URL(server.url).host)
  const files = await buildPage(built, mount(here))
  for (const [path, content] of Object.entries(files)) site.set(path, content)
  return { site, server, args }
}

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
    /** As an input method does: the Enter that ends the composition comes up behind it. */
    compose: async (letters, text) => {
      const devtools = await context.newCDPSession(page)
      await page.getByRole('textbox').focus()
      const [selectionStart, selectionEnd] = [letters.length, letters.length]
      await devtools.send('Input.imeSetComposition', {
        text: letters,
        selectionStart,
        selectionEnd,
      })
      const enter = (type, key, windowsVirtualKeyCode) =>
        devtools.send('Input.dispatchKeyEvent', { type, key, code: 'Enter', windowsVirtualKeyCode })
      await enter('rawKeyDown', 'Process', 229)
      await devtools.send('Input.insertText', { text })
      await enter('keyUp', 'Enter', 13)
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
  let { site, server, args } = await serve(t, room)
  t.after(() => server.signal('SIGKILL'))
  const listen = new URL(server.url).host

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
  await bob.compose('ni hao', '你好')
  assert.equal(await bob.input.inputValue(), '你好')
  await bob.page.keyboard.press('Enter')
  await ann.sees(/: 你好$/)

  // Said while the server is gone, delivered when another one is there.
  server.signal('SIGKILL')
  await server.ended
  await ann.say('are you there?')
  await ann.page.keyboard.press('Enter') // impatient: there is nothing left to send
  server = await start({ listen, args })
  // News of the network bring back whoever's next attempt is far off by now; bob comes by himself.
  await ann.hearsOfNetwork()
  await bob.sees(/: are you there\?$/)
  await bob.say('yes')
  await ann.sees(/: yes$/)
  await late.hearsOfNetwork()
  await ann.counts(3)
  const said = (await ann.texts()).map((text) => text.split(': ')[1])
  assert.deepEqual(said, ['hello', 'hi', '你好', 'are you there?', 'yes'])
  for (const window of [ann, bob, late]) assert.deepEqual(window.errors, [])
  await server.stop()
})

test('the live room tells what could not be sent', async (t) => {
  const { site, server } = await serve(t, room, '--set', 'channel.publish=backend')
  const ann = await open(t, site)
  await ann.say('hello')
  await ann.sees('hello: permission denied')
  assert.equal(await ann.input.inputValue(), '')
  assert.deepEqual(ann.errors, [])
  await server.stop()
})

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`${name}: the five lines of Vue say and hear`, async (t) => {
    const [snippet] = snippets(name, 'vue')
    const { site, server } = await serve(t, snippet)
    const lisi = await open(t, site)
    const isThere = async () =>
      (await api(server, 'presence_stats', { channel: 'tea' })).num_clients === 1
    await eventually(isThere, 'lisi')
    await lisi.say('hello')
    await lisi.sees('hello')
    assert.equal(await lisi.input.inputValue(), '')
    assert.deepEqual(lisi.errors, [])
    await server.stop()
  })
}

test('examples/vue-room: older messages, one that fails and is sent again, once', async (t) => {
  const files = await buildPage(built, vueRoom)
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

test('the page in Chinese has the chapters, the tables and the room of the one in English', () => {
  /** Each heading as its depth, each row of a table as the code in it. */
  const shape = (path) => {
    const lines = read(path)
      .replaceAll(/^```.*?^```/gms, '```')
      .split('\n')
    return lines.flatMap((line) => {
      if (line.startsWith('|')) return [(line.match(/`[^`]+`/g) ?? []).toSorted()]
      return line.match(/^(#+|```)/)?.[1] ?? []
    })
  }
  const [english, chinese] = docs.map(shape)
  assert.ok(english.length > 80)
  assert.deepEqual(chinese, english)
  assert.ok(snippets('docs/vue.zh-CN.md', 'vue').includes(room))
})

test('every snippet of the docs builds; its types, and those of the example, are right', async () => {
  const all = (language) => docs.flatMap((path) => snippets(path, language))
  assert.ok(all('vue').length >= 12 && all('js').length >= 2)
  const app = { 'App.vue': '<template><p>An application</p></template>' }
  const pages = [
    ...all('vue').map(mount),
    ...all('js').map((main) => ({ ...page, ...app, 'main.js': main })),
  ]
  for (const files of pages) assert.ok((await buildPage(built, files))['/index.html'])
  const sources = [...pages, vueRoom].flatMap((files, n) =>
    Object.entries(files).map(([name, code]) => [`${n}/${name}`, code]),
  )
  const wrong = `import { useHistory } from '@parley/vue'
// @ts-expect-error the types are there, and say what may not be
useHistory('tea', { pageSize: 'fifty' })`
  checkTypes(built, { ...Object.fromEntries(sources), 'wrong.ts': wrong })
})
