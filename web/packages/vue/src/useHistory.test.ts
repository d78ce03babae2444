import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Parley } from './parley'
import type { FakeServer } from './testing/fakeServer'
import { createHarness, settle, type Harness } from './testing/harness'
import { useHistory, type UseHistory, type UseHistoryOptions } from './useHistory'

let harness: Harness
let server: FakeServer
let parley: Parley

beforeEach(() => {
  vi.useFakeTimers()
  harness = createHarness()
  ;({ server, parley } = harness)
})
afterEach(() => harness.end())

const use = (options: UseHistoryOptions = {}) =>
  harness.use(() => useHistory<number>('tea', { parley, pageSize: 3, ...options }))
const data = ({ items }: UseHistory<number>) => items.value.map((item) => item.data)

function said(count: number) {
  for (let n = 0; n < count; n++) server.publish(server.pubs.length + 1, true)
}

it('begins with the newest page and pages backwards to the first', async () => {
  said(8)
  const history = use()
  expect(history.loading.value).toBe(false)
  await settle(16)
  expect(data(history)).toEqual([6, 7, 8])
  expect(history.done.value).toBe(false)
  const loading = history.loadOlder()
  expect(history.loadOlder()).toStrictEqual(loading)
  await settle()
  expect(await loading).toBe(3)
  expect(server.count('history')).toBe(2)
  void history.loadOlder()
  await settle()
  expect(data(history)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(history.done.value).toBe(true)
  expect(history.items.value[0]).toMatchObject({ id: 'e1-1', offset: 1, epoch: 'e1' })
})

it('loses and repeats nothing that is said while a page is on its way', async () => {
  said(4)
  server.hold.add('history')
  const history = use()
  await settle()
  expect(history.loading.value).toBe(true)
  server.publish(5)
  server.publish(6)
  await settle(100)
  expect(data(history)).toEqual([])
  server.release() // the page is read now: 4, 5, 6
  await settle()
  expect(data(history)).toEqual([4, 5, 6])
  void history.loadOlder()
  server.publish(7)
  await settle(100)
  expect(data(history)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

it('is done at once with an empty history, and grows', async () => {
  const history = use()
  await settle()
  expect(history.done.value).toBe(true)
  server.publish(1)
  await settle(100)
  expect(data(history)).toEqual([1])
})

it('shows one publication at once, and a flood in one change', async () => {
  const history = use()
  await settle(100)
  server.publish(1)
  await settle()
  expect(data(history)).toEqual([1])
  const seen = new Set([history.items.value])
  for (let n = 2; n <= 100; n++) {
    server.publish(n)
    await settle()
    seen.add(history.items.value)
  }
  await settle(100)
  expect(seen.size).toBe(1)
  expect(history.items.value).toHaveLength(100)
})

it('keeps no more than its limit when live ones arrive', async () => {
  said(3)
  const history = use({ limit: 3 })
  await settle(100)
  server.publish(4)
  await settle(100)
  expect(data(history)).toEqual([2, 3, 4])
  // The first of all is not here any more.
  expect(history.done.value).toBe(false)
  void history.loadOlder()
  await settle()
  expect(data(history)).toEqual([1, 2, 3, 4])
  expect(history.done.value).toBe(true)
})

it('is not done with a page whose place was pushed out of the list meanwhile', async () => {
  said(5)
  const history = use({ limit: 3 })
  await settle(100)
  server.hold.add('history')
  const older = history.loadOlder()
  await settle()
  server.publish(6)
  await settle(100)
  server.release()
  expect(await older).toBe(0)
  expect(data(history)).toEqual([4, 5, 6])
  expect(history.done.value).toBe(false)
})

it('stays done where nothing that it dropped is in the history', async () => {
  const history = use({ limit: 2 })
  await settle(100)
  for (const text of ['a', 'b', 'c']) server.push({ pub: { data: text } })
  await settle(100)
  expect(data(history)).toEqual(['b', 'c'])
  expect(history.done.value).toBe(true)
})

it('goes on after a recovered return without loading anything', async () => {
  said(2)
  const history = use()
  await settle(100)
  parley.drop()
  said(2)
  await settle(20_000)
  expect(data(history)).toEqual([1, 2, 3, 4])
  expect(history.gaps.value.size).toBe(0)
  expect(server.count('history')).toBe(1)
})

it('marks no gap where the newest page reaches back', async () => {
  said(2)
  const history = use({ pageSize: 5 })
  await settle(100)
  parley.drop()
  said(3)
  server.recovers = false
  await settle(20_000)
  expect(data(history)).toEqual([1, 2, 3, 4, 5])
  expect(server.count('history')).toBe(2)
  expect(history.gaps.value.size).toBe(0)
})

it('marks the gap where it does not', async () => {
  said(2)
  const history = use()
  await settle(100)
  parley.drop()
  said(4)
  server.recovers = false
  await settle(20_000)
  expect(data(history)).toEqual([1, 2, 4, 5, 6])
  expect([...history.gaps.value]).toEqual(['e1-4'])
})

it('fills a gap page by page', async () => {
  said(2)
  const history = use()
  await settle(100)
  parley.drop()
  said(7)
  server.recovers = false
  await settle(20_000)
  server.publish(10)
  await settle(100)
  expect(data(history)).toEqual([1, 2, 7, 8, 9, 10])
  expect([...history.gaps.value]).toEqual(['e1-7'])
  const filled = history.fillGap('e1-7')
  await settle()
  expect(await filled).toBe(3)
  expect([...history.gaps.value]).toEqual(['e1-4'])
  void history.fillGap('e1-4')
  await settle()
  expect(data(history)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(history.gaps.value.size).toBe(0)
})

it('marks where a new stream begins', async () => {
  said(2)
  const history = use()
  await settle(100)
  parley.drop()
  server.forget('e2')
  await settle(20_000)
  server.publish(1)
  await settle(100)
  expect(history.items.value.map(({ id }) => id)).toEqual(['e1-1', 'e1-2', 'e2-1'])
  expect([...history.gaps.value]).toEqual(['e2-1'])
})

it('loads the first page when the line is up, however long that takes', async () => {
  said(2)
  server.hold.add('history')
  const history = use()
  await settle()
  parley.drop()
  await settle(10)
  expect(history.error.value).toMatchObject({ reason: 'connection_closed' })
  server.hold.clear()
  await settle(20_000)
  expect(data(history)).toEqual([1, 2])
  expect(history.error.value).toBe(null)
})

it('is live only where the history may not be read', async () => {
  said(2)
  server.refuse.history = { code: 103, message: 'permission denied' }
  const history = use()
  await settle()
  expect(history.error.value).toMatchObject({ reason: 'permission_denied' })
  server.publish(3)
  await settle(100)
  expect(data(history)).toEqual([3])
})

it('takes what is no longer kept for the end', async () => {
  said(5)
  const history = use()
  await settle(100)
  server.refuse.history = { code: 112, message: 'unrecoverable position' }
  const older = history.loadOlder()
  await settle()
  expect(await older).toBe(0)
  expect(history.done.value).toBe(true)
  expect(history.error.value).toBe(null)
})

it('can be asked again after an error', async () => {
  said(5)
  server.refuse.history = OVERLOADED
  const history = use()
  await settle(100)
  expect(history.error.value).toMatchObject({ retryable: true })
  server.refuse = {}
  const older = history.loadOlder()
  await settle(100)
  expect(await older).toBe(3)
  expect(data(history)).toEqual([3, 4, 5])
})

const OVERLOADED = { code: 100, message: 'overloaded', temporary: true }

it('asks again after a refusal that passes, and shows what is live until then', async () => {
  said(3)
  server.refuse.history = OVERLOADED
  const history = use()
  await settle()
  expect(history.error.value).toMatchObject({ reason: 'overloaded' })
  for (const n of [4, 5, 6, 7, 8]) server.publish(n)
  await settle(100)
  expect(data(history)).toEqual([4, 5, 6, 7, 8])
  await settle(4000)
  expect(server.count('history')).toBeGreaterThan(1)
  server.refuse = {}
  await settle(4000)
  // Also what the page does not reach back to any more.
  expect(data(history)).toEqual([4, 5, 6, 7, 8])
  expect(history.error.value).toBe(null)
  expect(history.done.value).toBe(false)
  void history.loadOlder()
  await settle(100)
  expect(data(history)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const asked = server.count('history')
  await settle(20_000)
  expect(server.count('history')).toBe(asked)
})

it('asks again after a gap, too, which is marked meanwhile', async () => {
  said(2)
  const history = use()
  await settle(100)
  parley.drop()
  said(2)
  server.recovers = false
  server.refuse.history = OVERLOADED
  await settle(20_000)
  server.publish(5)
  await settle(100)
  expect(data(history)).toEqual([1, 2, 5])
  expect([...history.gaps.value]).toEqual(['e1-5'])
  server.refuse = {}
  await settle(4000)
  expect(data(history)).toEqual([1, 2, 3, 4, 5])
  expect(history.gaps.value.size).toBe(0)
})

it('keeps what was live when a second gap comes before the page', async () => {
  said(2)
  server.refuse.history = OVERLOADED
  const history = use()
  await settle()
  server.publish(3)
  await settle(100)
  parley.drop()
  said(4)
  server.recovers = false
  server.refuse = {}
  await settle(20_000)
  expect(data(history)).toEqual([3, 5, 6, 7])
  expect([...history.gaps.value]).toEqual(['e1-5'])
})

it('asks for a channel that it left no more', async () => {
  server.refuse.history = OVERLOADED
  const name = ref<string | null>('tea')
  harness.use(() => useHistory<number>(name, { parley }))
  await settle()
  name.value = null
  const asked = server.count('history')
  await settle(20_000)
  expect(server.count('history')).toBe(asked)
})

it('begins anew with another channel, and hears no answer for the old one', async () => {
  said(2)
  const name = ref('tea')
  const history = harness.use(() => useHistory<number>(name, { parley }))
  server.hold.add('history')
  await settle()
  name.value = 'milk'
  await settle()
  server.pubs = []
  server.release()
  await settle(100)
  expect(data(history)).toEqual([])
  expect(history.loading.value).toBe(false)
})

it('has nothing without a channel', async () => {
  said(2)
  const name = ref<string | null>('tea')
  const history = harness.use(() => useHistory<number>(name, { parley }))
  await settle(100)
  expect(history.done.value).toBe(true)
  name.value = null
  expect(data(history)).toEqual([])
  expect(history.done.value).toBe(false)
})
