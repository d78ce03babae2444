// The chat's model (web/app/src/features/chat/model), built for Node: the same code that the page runs,
// without a page. Whoever builds removes it again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import WebSocket from 'ws'

const app = fileURLToPath(new URL('../../web/app', import.meta.url))
const model = join(app, 'src/features/chat/model')
const parley = fileURLToPath(new URL('../../web/packages/vue/src/index.ts', import.meta.url))

/** What the model takes from a browser. */
function pretendPage() {
  const kept = new Map()
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  }
  globalThis.requestAnimationFrame = (draw) => setTimeout(draw, 16)
  globalThis.cancelAnimationFrame = clearTimeout
  const page = new EventTarget()
  globalThis.document = Object.assign(page, { visibilityState: 'visible' })
  globalThis.addEventListener = page.addEventListener.bind(page)
  globalThis.removeEventListener = page.removeEventListener.bind(page)
}

export async function buildChatModel() {
  const { build } = await import(pathToFileURL(createRequire(join(app, 'x')).resolve('vite')))
  const folder = mkdtempSync(join(tmpdir(), 'parley-chat-'))
  const entry = join(folder, 'entry.ts')
  writeFileSync(
    entry,
    `export { createChat } from ${JSON.stringify(join(model, 'chat'))}
     export { wireOf } from ${JSON.stringify(join(model, 'wire'))}
     export { createParley } from '@parley/vue'`,
  )
  await build({
    root: app,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@': join(app, 'src'), '@parley/vue': parley } },
    ssr: { noExternal: true },
    build: { ssr: entry, outDir: folder, emptyOutDir: false, target: 'node20' },
  })
  const { createChat, createParley, wireOf } = await import(pathToFileURL(join(folder, 'entry.js')))
  // Not sooner: Vue would take it for a real one.
  pretendPage()
  return {
    /** `user` at the server; `url()` is asked again for each attempt. */
    enter(url, user) {
      const line = createParley({
        url: () => `${url()}/connection/websocket`,
        username: user,
        websocket: WebSocket,
        retry: { min: 50, max: 200 },
      })
      const chat = createChat(wireOf(line), { me: user, maxBytes: 65_536 })
      return {
        line,
        chat,
        leave() {
          chat.stop()
          line.disconnect()
        },
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The log in short: who said what; anything but messages and days in brackets. */
export function shown(talk) {
  return talk.rows.value.flatMap((row) => {
    if (row.kind !== 'message') return row.kind === 'day' ? [] : `[${row.kind}]`
    const { name, text, state } = row.message
    return `${name}: ${text}${state === 'sent' ? '' : ` (${state})`}`
  })
}
