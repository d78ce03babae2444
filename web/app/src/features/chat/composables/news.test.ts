import { expect, it } from 'vitest'
import type { ChatMessage } from '../model'
import { fakeMessage, rowOf } from '../testing/fakeChat'
import { lastPlace, othersSince } from './news'

const row = (text: string, given: Partial<ChatMessage> = {}) =>
  rowOf(fakeMessage({ id: text, text, ...given }))
const mine = (text: string, given: Partial<ChatMessage> = {}) =>
  row(text, { user: 'zhangsan', mine: true, ...given })
const texts = (messages: ChatMessage[]) => messages.map(({ text }) => text)

it('counts past own messages that wait below the news', () => {
  const waiting = mine('waits', { offset: null, state: 'queued' })
  const place = lastPlace([row('old'), waiting])
  expect(texts(othersSince([row('old'), row('new'), row('newer'), waiting], place))).toEqual([
    'new',
    'newer',
  ])
})

it('does not count own messages, nor older ones that come in above', () => {
  const place = lastPlace([mine('said')])
  expect(othersSince([row('older'), mine('said'), mine('said again')], place)).toEqual([])
})

it('takes everything as new where nothing was, and nothing when the place is gone', () => {
  expect(texts(othersSince([row('first')], lastPlace([])))).toEqual(['first'])
  expect(othersSince([row('other')], 'gone')).toEqual([])
})
