// The conversations of tests/transcripts, against the real server: the same files that src/dialect plays in memory.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import WebSocket from 'ws'

import { start } from '../support/server.mjs'

const transcripts = fileURLToPath(new URL('../transcripts/', import.meta.url))

const spoken = (data, binary) => (binary ? `bytes ${data}` : data.toString())

// "…" stands for whatever the server chose: an id, a time.
function pattern(expected) {
  const literal = expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll('…', '(?:"[^"]*"|[^,}]*)')}$`)
}

class Client {
  #heard = []
  #wake = () => {}

  constructor(url) {
    this.socket = new WebSocket(url)
    this.socket.on('message', (data, binary) => {
      this.#hears(spoken(data, binary))
    })
    this.socket.on('close', (code) => this.#hears(`close ${code}`))
  }

  #hears(text) {
    this.#heard.push(text)
    this.#wake()
  }

  async hear() {
    while (this.#heard.length === 0) await new Promise((resolve) => (this.#wake = resolve))
    return this.#heard.shift()
  }

  say(text) {
    const binary = text.startsWith('bytes ')
    this.socket.send(binary ? Buffer.from(text.slice(6)) : text)
  }

  /** Whatever was still said to it would be ahead of the answer to its ping. */
  async hasHeardAll() {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.ping()
      await once(this.socket, 'pong')
    }
    assert.deepEqual(this.#heard, [], 'heard more than the file says')
  }

  async leave() {
    if (this.socket.readyState === WebSocket.CLOSED) return
    this.socket.close()
    await once(this.socket, 'close')
  }
}

async function refusedWith(url) {
  const socket = new WebSocket(url)
  const [, response] = await once(socket, 'unexpected-response')
  response.destroy()
  return response.statusCode
}

class Conversation {
  #clients = new Map()

  constructor(server) {
    this.server = server
  }

  async step(line) {
    const [, name, verb, rest] = line.match(/^(\S+) (\S+) ?(.*)$/)
    if (verb === 'refused') {
      assert.equal(await refusedWith(this.server.wsUrl + rest), Number(name))
    } else if (verb === 'open') {
      const client = new Client(this.server.wsUrl + rest)
      await once(client.socket, 'open')
      this.#clients.set(name, client)
    } else if (verb === 'gone') {
      await this.#clients.get(name).hasHeardAll()
      await this.#clients.get(name).leave()
      this.#clients.delete(name)
    } else if (verb === '>') {
      this.#clients.get(name).say(rest)
    } else {
      assert.match(await this.#clients.get(name).hear(), pattern(rest))
    }
  }

  async end() {
    for (const client of this.#clients.values()) await client.hasHeardAll()
    for (const client of this.#clients.values()) await client.leave()
  }
}

// Which files are played with which arguments of the server.
const settings = [
  { dialect: 'plain', files: /^/, args: [] },
  {
    dialect: 'centrifuge',
    files: /^(?!insecure)/,
    args: ['-c', `${transcripts}centrifuge/parley.toml`],
  },
  {
    dialect: 'centrifuge',
    files: /^insecure/,
    args: ['-c', `${transcripts}centrifuge/parley.toml`, '--insecure', 'all'],
  },
]

for (const { dialect, files, args } of settings) {
  const folder = `${transcripts}${dialect}/`
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt') && files.test(name))

  describe(`${dialect} dialect`, () => {
    for (const file of names) {
      test(file, { timeout: 30_000 }, async () => {
        // A server each, as rooms remember. One shard: with more, who hears first is nobody's promise between rooms.
        const server = await start({
          args: ['--threads', '1', ...args],
          env: { PARLEY_LIMITS__PRESENCE_BATCH: '0ms' },
        })
        const conversation = new Conversation(server)
        for (const [index, line] of readFileSync(folder + file, 'utf8')
          .split('\n')
          .entries()) {
          if (line === '' || line.startsWith('#')) continue
          await conversation.step(line).catch((error) => {
            error.message = `${file}:${index + 1}: ${line}\n${error.message}`
            throw error
          })
        }
        await conversation.end()
        await server.stop()
      })
    }
  })
}
