import { beforeEach, expect, it } from 'vitest'
import type { Message } from '@/shared/api/wire'
import { GROUP_MS, GROUP_ROWS, groupRows } from './groups'
import { createTimeline, ROWS_KEPT, ROWS_LOT, type MessageRow, type Timeline } from './timeline'

let timeline: Timeline
beforeEach(() => (timeline = createTimeline('me')))

function message(from: string, data: unknown, more: Partial<Message> = {}): Message {
  return { type: 'message', id: 'x', room: 'r', from, time: 0, data, ...more }
}

const texts = () => timeline.rows.value.map((row) => (row as MessageRow).text)

it('shows a resent message once, but not two people with the same ref', () => {
  timeline.addMessage(message('lisi', 'hi', { ref: 'a' }))
  timeline.addMessage(message('lisi', 'hi', { ref: 'a' }))
  timeline.addMessage(message('wangwu', 'hi', { ref: 'a' }))
  timeline.addMessage(message('lisi', 'hi'))
  timeline.addMessage(message('lisi', 'hi'))
  expect(timeline.rows.value).toHaveLength(4)
  expect(timeline.arrived.value).toBe(4)
})

it('does not count own messages as news', () => {
  timeline.addMessage(message('me', 'from my other window', { ref: 'a' }))
  expect(timeline.arrived.value).toBe(0)
  expect(timeline.rows.value[0]).toMatchObject({ own: true, state: 'sent' })
})

it('shows data that is not text as compact JSON', () => {
  timeline.addMessage(message('lisi', { a: [1, null] }))
  timeline.addMessage(message('lisi', 'AAEC', { encoding: 'base64' }))
  expect(texts()).toEqual(['{"a":[1,null]}', 'AAEC'])
  expect(timeline.rows.value.map((row) => (row as MessageRow).form)).toEqual(['json', 'binary'])
})

it('is bounded', () => {
  for (let n = 0; n < ROWS_KEPT; n++) timeline.addMessage(message('lisi', `${n}`))
  expect(timeline.rows.value).toHaveLength(ROWS_KEPT)
  timeline.addMessage(message('lisi', 'one more'))
  expect(timeline.rows.value).toHaveLength(ROWS_KEPT - ROWS_LOT + 1)
  expect(texts()[0]).toBe(`${ROWS_LOT}`)
  expect(texts().at(-1)).toBe('one more')
})

it('joins comings and goings in one row, and a quick return leaves no trace', () => {
  timeline.addPresence('joined', 'lisi')
  timeline.addPresence('joined', 'wangwu')
  timeline.addPresence('left', 'zhaoliu')
  expect(timeline.rows.value).toMatchObject([{ joined: ['lisi', 'wangwu'], left: ['zhaoliu'] }])
  timeline.addPresence('joined', 'zhaoliu')
  timeline.addPresence('left', 'lisi')
  timeline.addPresence('left', 'wangwu')
  expect(timeline.rows.value).toEqual([])
})

it('stretches a gap instead of stacking gaps', () => {
  timeline.addGap(1, 2)
  timeline.addGap(3, 4)
  expect(timeline.rows.value).toMatchObject([{ kind: 'gap', since: 1, until: 4 }])
})

it('keeps groups that did not change, and no group grows without bound', () => {
  for (let n = 0; n < GROUP_ROWS + 1; n++) timeline.addMessage(message('lisi', `${n}`))
  const before = groupRows(timeline.rows.value)
  expect(before).toHaveLength(2)
  timeline.addMessage(message('lisi', 'more'))
  const after = groupRows(timeline.rows.value, before)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})

it('groups neighbours by author, addressee and time', () => {
  const rows: [string, Partial<Message>][] = [
    ['lisi', {}],
    ['lisi', {}],
    ['lisi', { to: 'me' }],
    ['me', {}],
    ['me', { time: GROUP_MS }],
  ]
  for (const [from, more] of rows) timeline.addMessage(message(from, 'x', more))
  timeline.addPresence('joined', 'wangwu')
  timeline.addMessage(message('me', 'x', { time: GROUP_MS }))
  const items = groupRows(timeline.rows.value)
  expect(items.map((item) => (item.kind === 'messages' ? item.rows.length : item.kind))).toEqual([
    2,
    1,
    1,
    1,
    'presence',
    1,
  ])
})
