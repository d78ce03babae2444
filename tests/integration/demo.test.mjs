// `parley demo`: what everybody sees in the first two seconds, and what is left when it ends.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { Clients, collect, join, next } from '../support/sdk.mjs'
import { eventually, start } from '../support/server.mjs'

const CAST = ['Ada', '小林']
const COMMENTS_OF_SEGMENT = 110 // kCommentsOfSegment of src/server/demo_cast.cc

async function call(server, method, body, key = 'demo-api-key') {
  const reply = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { 'X-API-Key': key },
    body: JSON.stringify(body),
  })
  const { result, error } = await reply.json()
  if (error) throw new Error(error.message)
  return result
}

describe('the demo', () => {
  let server, clients
  before(async () => {
    server = await start({ command: 'demo' })
    clients = new Clients(server)
  })
  after(async () => {
    clients.end()
    await server.stop()
  })

  const as = (user) => clients.connect({}, `?username=${user}`)
  const offset = async (channel) => (await call(server, 'history', { channel, limit: 0 })).offset

  test('says where to begin', () => {
    const text = server.stdout.join('\n')
    assert.match(text, new RegExp(`^ {2}Open +${server.url}/$`, 'm'))
    assert.ok(text.indexOf(`${server.url}/\n`) < text.indexOf('/chat/lobby'), text)
  })

  test('is quiet while nobody is there', async () => {
    await eventually(async () => (await offset('track:show.2')) >= 100, 'the past is written')
    const before = [await offset('lobby'), await offset('show')]
    const { num_clients } = await call(server, 'presence_stats', { channel: 'lobby' })
    assert.equal(num_clients, 2)
    // Longer than the pause between two comments, and than the time to the first line.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.deepEqual([await offset('lobby'), await offset('show')], before)
  })

  test('the lobby has a past, in which everything refers to something', async () => {
    const { publications } = await call(server, 'history', { channel: 'lobby', limit: 100 })
    assert.ok(publications.length >= 30, `${publications.length} messages`)
    const ids = new Set()
    for (const { data, info } of publications) {
      assert.ok(CAST.includes(info?.user), JSON.stringify(info))
      if (data.type === 'message') ids.add(data.id)
      else assert.ok(ids.has(data.id), JSON.stringify(data))
      if (data.reply) assert.ok(ids.has(data.reply.id), JSON.stringify(data))
    }
  })

  test('the past was before now, in order', async () => {
    const { messages } = await (await fetch(`${server.url}/room/lobby/messages?limit=30`)).json()
    const times = messages.map(({ time }) => time)
    assert.deepEqual(times, times.toSorted())
    assert.ok(times[0] < Date.now() - 3_600_000, `the oldest is of ${new Date(times[0])}`)
  })

  test('two members are there, and talk within two seconds', async () => {
    const visitor = await as('visitor')
    const began = Date.now()
    const typing = next(await join(visitor, 'live:lobby'), 'publication')
    const lobby = await join(visitor, 'lobby')
    const { info, data } = await next(lobby, 'publication')
    const took = Date.now() - began
    assert.ok(took < 2000, `the first message came after ${took} ms`)
    assert.ok(CAST.includes(info.user))
    assert.equal(data.type, 'message')
    assert.ok(data.id && data.text)
    assert.deepEqual((await typing).data, { type: 'typing' })
    const { clients: here } = await lobby.presence()
    const users = Object.values(here).map((client) => client.user)
    assert.deepEqual(users.sort(), [...CAST, 'visitor'].sort())
    visitor.disconnect()
  })

  test('comments fly while somebody watches, and stop when they go', async () => {
    const visitor = await as('watcher')
    const show = await join(visitor, 'show')
    const began = Date.now()
    const comments = await collect(show, 'publication', 6)
    const took = Date.now() - began
    assert.ok(took < 6000, `six comments took ${took} ms`)
    for (const { data } of comments) {
      assert.equal(data.type, 'comment')
      assert.match(data.color, /^#[0-9a-f]{6}$/)
      assert.ok(['scroll', 'top', 'bottom'].includes(data.mode))
      assert.ok(['small', 'medium', 'large'].includes(data.size))
      assert.equal('at' in data, false)
    }
    visitor.disconnect()
    await eventually(async () => {
      const { num_clients } = await call(server, 'presence_stats', { channel: 'show' })
      return num_clients === 2
    }, 'the watcher has gone')
    await eventually(async () => {
      const seen = await offset('show')
      await new Promise((resolve) => setTimeout(resolve, 1000)) // twice the longest pause
      return (await offset('show')) === seen
    }, 'no more comments')
  })

  test('a timed track is there, each comment in its minute', async () => {
    for (const segment of [0, 1, 2]) {
      const channel = `track:show.${segment}`
      const comments = await eventually(async () => {
        const { publications } = await call(server, 'history', { channel, limit: 1000 })
        return publications.length >= COMMENTS_OF_SEGMENT && publications
      }, 'the past')
      assert.equal(comments.length, COMMENTS_OF_SEGMENT)
      for (const { data } of comments) assert.equal(Math.floor(data.at / 60_000), segment)
    }
  })
})

describe('the folder of the demo', () => {
  let folder
  before(() => (folder = mkdtempSync(path(tmpdir(), 'parley-test-'))))
  after(() => rmSync(folder, { recursive: true }))

  const demo = (args = [], env = {}) => start({ command: 'demo', args, env: { TMPDIR: folder, ...env } })

  test('holds the database, and goes with the process', async () => {
    const server = await demo()
    const [name] = readdirSync(folder)
    assert.match(name, /^parley-demo-/)
    assert.ok(readdirSync(path(folder, name)).includes('parley.db'))
    const { storage } = await (await fetch(`${server.url}/health`)).json()
    assert.equal(storage, 'good')
    await server.stop()
    assert.deepEqual(readdirSync(folder), [])
  })

  test('goes by Ctrl-C, too, by a closed terminal, and by a second Ctrl-C', async () => {
    for (const signal of ['SIGINT', 'SIGHUP']) {
      const once = await demo()
      once.signal(signal)
      assert.deepEqual(await once.ended, { code: 0, signal: null })
      assert.deepEqual(readdirSync(folder), [])
    }

    const twice = await demo()
    const clients = new Clients(twice)
    await clients.connect({}, '?username=ann') // so that draining takes its time
    await eventually(async () => {
      twice.signal('SIGINT')
      return Promise.race([twice.ended, new Promise((resolve) => setTimeout(resolve, 50))])
    }, 'the end')
    clients.end()
    assert.deepEqual(readdirSync(folder), [])
  })

  test('is not used when the user has a file, which gets its past once', async () => {
    const file = path(folder, 'mine.db')
    const tops = []
    for (let run = 0; run < 2; ++run) {
      const server = await demo(['--set', `storage.path=${file}`])
      await eventually(async () => {
        const { offset } = await call(server, 'history', { channel: 'track:show.2', limit: 0 })
        return offset >= COMMENTS_OF_SEGMENT && tops.push(offset) // they are committed in several batches
      }, 'the past')
      await server.stop()
    }
    assert.deepEqual(tops, [COMMENTS_OF_SEGMENT, COMMENTS_OF_SEGMENT])
    rmSync(file)
  })
})

test('under nohup a closed terminal is nothing to it', async () => {
  const server = await start({ nohup: true })
  server.signal('SIGHUP')
  // Signals are told in their order of number, so the answer to this request comes after the hangup.
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  assert.doesNotMatch(server.stderr + server.stdout.join('\n'), /stopping/)
  await server.stop()
})

test('--no-cast: nobody is there', async () => {
  const server = await start({ command: 'demo', args: ['--no-cast'] })
  try {
    const { num_clients } = await call(server, 'presence_stats', { channel: 'lobby' })
    assert.equal(num_clients, 0)
    assert.equal((await call(server, 'history', { channel: 'lobby', limit: 0 })).offset, 0)
  } finally {
    await server.stop()
  }
})
