// The conversations of tests/transcripts, against the real server: the same files that src/dialect plays in memory.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import WebSocket from 'ws'

import { start } from '../support/server.mjs'

const folder = fileURLToPath(new URL('../transcripts/plain/', import.meta.url))

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
      this.#heard.push(spoken(data, binary))
      this.#wake()
    })
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
    this.socket.ping()
    await once(this.socket, 'pong')
    assert.deepEqual(this.#heard, [], 'heard more than the file says')
  }

  async leave() {
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

describe('plain dialect', () => {
  let server
  before(async () => {
    // One shard: with more, who hears first is nobody's promise between rooms.
    server = await start({ args: ['--threads', '1'] })
  })
  after(() => server.stop())

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    test(file, { timeout: 30_000 }, async () => {
      const conversation = new Conversation(server)
      for (const [index, line] of readFileSync(folder + file, 'utf8').split('\n').entries()) {
        if (line === '' || line.startsWith('#')) continue
        await conversation.step(line).catch((error) => {
          error.message = `${file}:${index + 1}: ${line}\n${error.message}`
          throw error
        })
      }
      await conversation.end()
    })
  }
})
