import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ref, watch } from 'vue'
import type { Parley } from './parley'
import type { FakeServer } from './testing/fakeServer'
import { createHarness, settle, type Harness } from './testing/harness'
import { usePresence } from './usePresence'

let harness: Harness
let server: FakeServer
let parley: Parley

beforeEach(() => {
  vi.useFakeTimers()
  harness = createHarness()
  ;({ server, parley } = harness)
})
afterEach(() => harness.end())

const use = () => harness.use(() => usePresence('tea', { parley }))

it('lists distinct users in order, and counts the nameless', async () => {
  server.here = ['bob', 'ann', 'bob', undefined].map((user, n) => ({ user, client: `c${n}` }))
  const { users, count, clients, complete } = use()
  expect(complete.value).toBe(false)
  await settle()
  expect(users.value).toEqual(['ann', 'bob'])
  expect(count.value).toBe(3)
  expect(clients.value).toHaveLength(4)
  expect(complete.value).toBe(true)
})

it('follows joins and leaves, many in one change', async () => {
  const { users, clients } = use()
  await settle(1000)
  let changes = 0
  harness.use(() => watch(clients, () => (changes += 1), { flush: 'sync' }))
  server.join('ann')
  await settle()
  expect(users.value).toEqual(['ann'])
  for (let n = 10; n < 60; n++) server.join(`u${n}`)
  server.leave('u10')
  server.leave('ann')
  await settle(100)
  expect(changes).toBe(2)
  expect(users.value).toHaveLength(49)
  expect(server.count('presence')).toBe(1)
})

it('applies what happens while the list is on its way', async () => {
  server.here = [{ client: 'ann', user: 'ann' }]
  server.hold.add('presence')
  const { users } = use()
  await settle()
  const listed = server.here
  server.join('bob')
  server.leave('ann')
  await settle()
  server.here = listed // the answer is older than the leave
  server.release()
  await settle()
  expect(users.value).toEqual(['bob'])
})

it('keeps the list while the line is down, and asks again after it', async () => {
  server.here = [{ client: 'ann', user: 'ann' }]
  const { users } = use()
  await settle()
  parley.drop()
  server.here = [{ client: 'bob', user: 'bob' }]
  expect(users.value).toEqual(['ann'])
  await settle(20_000)
  expect(users.value).toEqual(['bob'])
})

it('has the number only where there are too many', async () => {
  server.refuse.presence = { code: 108, message: 'not available' }
  const { users, count, complete } = use()
  await settle()
  expect(users.value).toEqual([])
  expect(count.value).toBe(12_345)
  expect(complete.value).toBe(false)
  for (let n = 0; n < 50; n++) server.join(`u${n}`)
  await settle(5000)
  await settle(5000)
  expect(server.count('presence_stats')).toBe(2)
})

it('tells why it may not know', async () => {
  server.refuse.presence = { code: 103, message: 'permission denied' }
  const { error } = use()
  await settle()
  expect(error.value).toMatchObject({ reason: 'permission_denied' })
})

it('asks again after a refusal that passes, and keeps the list until then', async () => {
  server.here = [{ client: 'ann', user: 'ann' }]
  const { users, count, error } = use()
  await settle()
  server.refuse.presence = { code: 111, message: 'too many requests', temporary: true }
  parley.drop()
  await settle(20_000)
  expect(error.value).toMatchObject({ retryable: true })
  server.join('bob')
  await settle(100)
  expect(users.value).toEqual(['ann', 'bob'])
  expect(count.value).toBe(2)
  server.here = ['cid', 'dee'].map((user) => ({ user, client: user }))
  server.refuse = {}
  await settle(4000)
  expect(users.value).toEqual(['cid', 'dee'])
  expect(error.value).toBe(null)
})

it('asks again at first, too, and for the number', async () => {
  const temporary = { code: 100, message: 'overloaded', temporary: true }
  server.refuse = { presence: temporary }
  const { count, error, complete } = use()
  await settle()
  server.refuse = { presence: { code: 108, message: 'not available' }, presence_stats: temporary }
  await settle(4000)
  expect(count.value).toBe(0)
  server.refuse = { presence: server.refuse.presence! }
  await settle(5000)
  expect(count.value).toBe(12_345)
  expect(complete.value).toBe(false)
  harness.end()
  const asked = server.count('presence')
  await settle(20_000)
  expect(server.count('presence')).toBe(asked)
  expect(error.value).toBe(null)
})

it('lists nobody of a channel that it left', async () => {
  server.here = [{ client: 'ann', user: 'ann' }]
  const name = ref<string | null>('tea')
  const { users, count, complete } = harness.use(() => usePresence(name, { parley }))
  await settle()
  expect(count.value).toBe(1)
  name.value = null
  expect([users.value, count.value, complete.value]).toEqual([[], 0, false])
})
