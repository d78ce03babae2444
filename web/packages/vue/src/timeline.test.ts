import { expect, it } from 'vitest'
import type { Publication } from './publication'
import { Timeline } from './timeline'

const pub = (offset: number, epoch = 'a'): Publication<number> => ({
  id: `${epoch}-${offset}`,
  channel: 'tea',
  data: offset,
  user: '',
  offset,
  epoch,
})

const range = (from: number, to: number, epoch = 'a') =>
  Array.from({ length: to - from + 1 }, (_, n) => pub(from + n, epoch))

const places = (timeline: Timeline<number>) => timeline.items.map(({ data }) => data)

it('takes each publication once, whichever way it comes', () => {
  const timeline = new Timeline<number>()
  timeline.append(range(5, 7))
  expect(timeline.append(range(6, 9))).toBe(2)
  expect(timeline.append(range(6, 9))).toBe(0)
  expect(timeline.insertBefore('a-5', range(3, 4))).toBe(2)
  expect(places(timeline)).toEqual([3, 4, 5, 6, 7, 8, 9])
})

it('keeps what has no place where it came', () => {
  const timeline = new Timeline<number>()
  const placeless = { ...pub(0), id: 'live-1', offset: undefined }
  timeline.append([pub(1), placeless, pub(2)])
  timeline.append([pub(2)])
  expect(timeline.items.map(({ id }) => id)).toEqual(['a-1', 'live-1', 'a-2'])
  expect(timeline.oldest?.id).toBe('a-1')
})

it('marks a gap only where one may be', () => {
  const timeline = new Timeline<number>()
  timeline.tear()
  timeline.append(range(1, 2))
  expect([...timeline.gaps]).toEqual([])

  timeline.tear()
  timeline.append(range(3, 4))
  expect([...timeline.gaps]).toEqual([])

  timeline.tear()
  timeline.append(range(3, 4))
  timeline.append(range(5, 5))
  expect([...timeline.gaps]).toEqual([])

  timeline.tear()
  timeline.append(range(9, 10))
  timeline.tear()
  timeline.append(range(1, 2, 'b'))
  expect([...timeline.gaps]).toEqual(['a-9', 'b-1'])
  expect(places(timeline)).toEqual([1, 2, 3, 4, 5, 9, 10, 1, 2])
})

it('marks the gap at what comes first, if nothing is there yet', () => {
  const timeline = new Timeline<number>()
  timeline.append([pub(1)])
  timeline.tear()
  timeline.append([])
  timeline.append([pub(1, 'b')])
  expect([...timeline.gaps]).toEqual(['b-1'])
})

it('closes a gap page by page', () => {
  const timeline = new Timeline<number>()
  timeline.append(range(1, 2))
  timeline.tear()
  timeline.append(range(9, 10))
  expect(timeline.insertBefore('a-9', range(6, 8))).toBe(3)
  expect([...timeline.gaps]).toEqual(['a-6'])
  expect(timeline.insertBefore('a-6', range(1, 5))).toBe(3)
  expect([...timeline.gaps]).toEqual([])
  expect(places(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(timeline.insertBefore('a-99', range(1, 5))).toBe(0)
})

it('forgets the oldest beyond its limit, and gaps with them', () => {
  const timeline = new Timeline<number>()
  timeline.append([pub(1)])
  timeline.tear()
  timeline.append(range(1, 3, 'b'))
  timeline.trim(2)
  expect(places(timeline)).toEqual([2, 3])
  expect(timeline.gaps.size).toBe(0)
})
