// @parley/vue as it is built, in Node with a real WebSocket, against the real server: what its own tests
// prove with a server in memory holds with this one, and over its death.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { api } from '../support/sdk.mjs'
import { eventually, start } from '../support/server.mjs'
import { buildPackage } from '../support/vue_package.mjs'

let built, kit
before(async () => {
  built = buildPackage()
  kit = await built.load()
})
after(() => built?.remove())

/** A server for one test, and what the test makes around it. */
async function begin(t, options = {}) {
  const args = ['--api-key', 'test-api-key', ...(options.args ?? [])]
  const house = { server: await start({ ...options, args }) }
  const listen = new URL(house.server.url).host
  const scope = kit.vue.effectScope(true)
  const people = []
  t.after(() => {
    scope.stop()
    for (const parley of people) parley.disconnect()
    house.server.signal('SIGKILL')
  })
  return {
    get server() {
      return house.server
    },
    /** Runs composables as somebody. */
    as(username, setup, more = {}) {
      const parley = kit.createParley({
        url: `http://${listen}/connection/websocket`,
        username,
        websocket: WebSocket,
        retry: { min: 10, max: 200 },
        ...more,
      })
      people.push(parley)
      return { parley, ...scope.run(() => setup({ parley })) }
    },
    run: (setup) => scope.run(setup),
    async restart(signal = 'SIGKILL') {
      house.server.signal(signal)
      await house.server.ended
    },
    async revive() {
      house.server = await start({ ...options, args, listen })
    },
  }
}

const numbers = (history) => history.items.value.map(({ data }) => data.n)
const upTo = (n, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i)

test('history: pages backwards while others speak, each publication once', async (t) => {
  const house = await begin(t)
  const ann = house.as('ann', (of) => ({ tea: kit.useChannel('tea', of) }))
  for (const n of upTo(230)) await ann.tea.publish({ n })

  const bob = house.as('bob', (of) => ({ tea: kit.useHistory('tea', { ...of, pageSize: 40 }) }))
  await eventually(() => bob.tea.items.value.length >= 40, 'the newest page')
  const speaking = (async () => {
    for (const n of upTo(330, 231)) await ann.tea.publish({ n })
  })()
  while (!bob.tea.done.value) await bob.tea.loadOlder()
  await speaking
  // history_size keeps 256 of them; what bob has seen live he keeps.
  await eventually(() => numbers(bob.tea).at(-1) === 330, 'the last one')
  const first = numbers(bob.tea)[0]
  assert.deepEqual(numbers(bob.tea), upTo(330, first))
  assert.ok(first <= 330 - 256 + 100)
  assert.equal(bob.tea.error.value, null)
  const [item] = bob.tea.items.value
  assert.equal(item.user, 'ann')
  assert.equal(item.id, `${item.epoch}-${item.offset}`)
  assert.ok(Math.abs(item.time - Date.now()) < 60_000)
  await house.server.stop()
})

test('a durable channel: what was said around a kill is there once, without a gap', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-vue-db-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const durable = [
    '--set',
    `storage.path=${join(folder, 'tea.db')}`,
    '--set',
    'channel.durable=true',
  ]
  const house = await begin(t, { args: durable })
  const ann = house.as('ann', (of) => ({
    tea: kit.useChannel('tea', of),
    history: kit.useHistory('tea', of),
    line: kit.useConnection(of),
  }))
  for (const n of upTo(5)) await ann.tea.publish({ n })
  await house.restart()
  await eventually(() => ann.line.status.value.state === 'waiting', 'the loss')
  const { retryAt, code } = ann.line.status.value
  assert.equal(code, 1006)
  assert.ok(retryAt >= Date.now() - 1000 && retryAt < Date.now() + 1000)
  const waiting = ann.tea.publish({ n: 7 }, { timeout: 60_000 })
  await eventually(() => ann.line.status.value.attempt >= 3, 'three attempts')

  // The SDK's next attempt is far off by now or near; a word of the user brings it at once.
  await house.revive()
  await api(house.server, 'publish', { channel: 'tea', data: { n: 6 } })
  ann.line.retry()
  await waiting
  await eventually(() => ann.history.items.value.length >= 7, 'all of it')
  assert.deepEqual(numbers(ann.history).sort(), upTo(7))
  assert.equal(ann.history.gaps.value.size, 0)
  assert.equal(ann.tea.recovered.value, true)
  const kinds = ann.line.events.value.map(({ kind }) => kind)
  assert.deepEqual([...new Set(kinds)], ['connecting', 'connected', 'lost'])
  await house.server.stop()
})

test('a channel in memory: after a restart the gap is marked, and the room goes on', async (t) => {
  const house = await begin(t)
  const ann = house.as('ann', (of) => ({
    tea: kit.useChannel('tea', of),
    history: kit.useHistory('tea', of),
  }))
  await ann.tea.publish({ n: 1 })
  await house.restart('SIGTERM')
  await eventually(() => ann.parley.status.value.attempt > 0, 'an attempt')
  const lost = ann.parley.events.value.find(({ kind }) => kind === 'lost')
  assert.equal(lost.code, 3001)
  await house.revive()
  await ann.tea.publish({ n: 2 })
  await eventually(() => ann.history.items.value.length === 2, 'both')
  assert.equal(ann.tea.recovered.value, false)
  assert.deepEqual([...ann.history.gaps.value], [ann.history.items.value[1].id])
  await house.server.stop()
})

test('presence: people come, go, and are listed anew after a return', async (t) => {
  const house = await begin(t)
  const ann = house.as('ann', (of) => kit.usePresence('tea', of))
  const here = (names) => eventually(() => ann.users.value.join() === names, `${names} here`)
  await here('ann')
  const bobs = [1, 2].map(() => house.as('bob', (of) => ({ tea: kit.useChannel('tea', of) })))
  house.as(undefined, (of) => ({ tea: kit.useChannel('tea', of) }))
  await here('ann,bob')
  await eventually(() => ann.count.value === 3, 'ann, bob and one without a name')
  bobs[0].parley.disconnect()
  await eventually(() => ann.clients.value.length === 3, 'one bob less')
  await here('ann,bob')
  bobs[1].parley.disconnect()
  await here('ann')

  ann.parley.drop()
  house.as('cy', (of) => ({ tea: kit.useChannel('tea', of) }))
  await here('ann,cy')
  assert.equal(ann.complete.value, true)
  await house.server.stop()
})

test('one subscription for all; it ends with the last; another need renews it unseen', async (t) => {
  const house = await begin(t)
  const people = async () => {
    const { num_clients: clients } = await api(house.server, 'presence_stats', { channel: 'tea' })
    return clients
  }
  const heard = []
  const ann = house.as('ann', (of) => {
    const tea = kit.useChannel('tea', of)
    tea.onPublication(({ data }) => heard.push(data))
    return { tea }
  })
  await ann.tea.publish('one')
  const later = kit.vue.effectScope(true)
  const { users } = later.run(() => kit.usePresence('tea', { parley: ann.parley }))
  await eventually(() => users.value.join() === 'ann', 'herself')
  await ann.tea.publish('two')
  await eventually(() => heard.length === 2, 'both')
  assert.equal(ann.tea.recovered.value, true)
  later.stop()
  await ann.tea.publish('three')
  assert.equal(await people(), 1)
  const scope = kit.vue.effectScope(true)
  scope.run(() => kit.useChannel('milk', { parley: ann.parley }))
  const milk = () => api(house.server, 'presence_stats', { channel: 'milk' })
  await eventually(async () => (await milk()).num_clients === 1, 'in milk')
  scope.stop()
  await eventually(async () => (await milk()).num_clients === 0, 'out of milk')
  assert.deepEqual(heard, ['one', 'two', 'three'])
  await house.server.stop()
})

test('what the server refuses has a number, a word and a link', async (t) => {
  const house = await begin(t, { args: ['--set', 'channel.publish=backend'] })
  const ann = house.as('ann', (of) => ({
    tea: kit.useChannel('tea', of),
    nowhere: kit.useChannel('no:such', of),
  }))
  const refused = async (promise, expected) => {
    const error = await promise.then(assert.fail, (reason) => reason)
    assert.ok(error instanceof kit.ParleyError, error)
    const { code, reason, retryable } = error
    assert.deepEqual({ code, reason, retryable }, expected)
    assert.match(error.docs, /^docs\//)
  }
  const denied = { code: 103, reason: 'permission_denied', retryable: false }
  await refused(ann.tea.publish('hi'), denied)
  const unknown = { code: 102, reason: 'unknown_namespace', retryable: false }
  await refused(ann.nowhere.publish('hi'), unknown)
  assert.equal(ann.nowhere.state.value, 'ended')
  assert.equal(ann.nowhere.error.value.code, 102)

  const aborted = ann.tea.publish('hi', { signal: AbortSignal.abort() })
  await assert.rejects(aborted, { name: 'AbortError' })
  await house.restart()
  const late = ann.tea.publish('hi', { timeout: 50 })
  await refused(late, { code: 1, reason: 'timeout', retryable: true })
})

test('tokens: asked for, renewed, and final when wrong', async (t) => {
  const secret = 'a-secret-of-at-least-thirty-two-bytes'
  const house = await begin(t, {
    env: { PARLEY_SERVER__TOKEN_SECRET: secret, PARLEY_TOKENS__LEEWAY: '0s' },
  })
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const sign = (claims, key = secret) => {
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
  }
  const asked = []
  const heard = []
  const ann = house.as(
    undefined,
    (of) => {
      const board = kit.useChannel('$board', of)
      board.onPublication(({ user, data }) => heard.push([user, data]))
      return { board }
    },
    {
      token: sign({ sub: 'ann', exp: 1 }),
      getToken: async () => asked.push('line') && sign({ sub: 'ann' }),
      getChannelToken: async (channel) => asked.push(channel) && sign({ sub: 'ann', channel }),
    },
  )
  await ann.board.publish('hi')
  await eventually(() => heard.length === 1, 'the echo')
  assert.deepEqual(heard, [['ann', 'hi']])
  assert.deepEqual(asked.toSorted(), ['$board', 'line'])

  const eve = house.as(undefined, (of) => ({ tea: kit.useChannel('tea', of) }), {
    token: sign({ sub: 'eve' }, 'another-secret-of-thirty-two-bytes'),
  })
  await eventually(() => eve.parley.status.value.state === 'closed', 'the end')
  assert.equal(eve.parley.status.value.code, 3500)
  assert.equal(eve.parley.status.value.retryable, false)
  await house.server.stop()
})

test('the line is measured, and the end of a line is told', async (t) => {
  const house = await begin(t)
  const ann = house.as(
    'ann',
    (of) => ({ tea: kit.useChannel('tea', of), line: kit.useConnection(of) }),
    { probeInterval: 20 },
  )
  await eventually(() => ann.line.status.value.rttMs > 0, 'a round trip')
  await api(house.server, 'disconnect', { user: 'ann' })
  await eventually(() => ann.line.status.value.state === 'closed', 'the end')
  const { code, reason, retryable } = ann.line.status.value
  assert.deepEqual({ code, retryable }, { code: 3503, retryable: false })
  assert.ok(reason)
  ann.line.retry()
  await ann.tea.publish('back')
  await house.server.stop()
})

test('a plain socket: heartbeat, queue over a restart, and the codes that end it', async (t) => {
  const house = await begin(t)
  const url = `${house.server.wsUrl}/echo?username=ann`
  const heard = []
  const line = house.run(() =>
    kit.usePlainSocket(url, {
      websocket: WebSocket,
      heartbeat: { interval: 20, timeout: 5000 },
      retry: { base: 10, max: 100, jitter: 'full' },
    }),
  )
  line.onMessage((message) => heard.push(message))
  line.send('early')
  await eventually(() => heard.includes('early'), 'the echo')
  let beats = 0
  line.onFrame(({ heartbeat, direction }) => (beats += heartbeat && direction === 'in' ? 1 : 0))
  await eventually(() => beats >= 3, 'three heartbeats')
  assert.ok(line.status.value.rttMs > 0)

  await house.restart()
  await eventually(() => line.status.value.attempt > 1, 'attempts')
  for (const word of ['one', 'two', 'three']) assert.equal(line.send(word), true)
  assert.equal(line.pending.value, 3)
  await house.revive()
  await eventually(() => heard.length === 4, 'what waited')
  assert.deepEqual(heard, ['early', 'one', 'two', 'three'])

  line.send('x'.repeat(70_000))
  await eventually(() => line.status.value.state === 'closed', 'too big')
  assert.equal(line.status.value.code, 1009)
  line.retry()
  await eventually(() => line.status.value.state === 'connected', 'back')
  await api(house.server, 'disconnect', { user: 'ann' })
  await eventually(() => line.status.value.state === 'closed', 'the end')
  assert.equal(line.status.value.code, 4003)
  await house.server.stop()
})
