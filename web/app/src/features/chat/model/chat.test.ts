import { describe, expect, it, vi } from 'vitest'
import { KEPT_AWAY } from './conversation'
import { PAGE } from './history'
import {
  aServerForEach,
  enter,
  hide,
  inRoom,
  numbers,
  said,
  says,
  server,
  settle,
  shown,
  tell,
  texts,
} from './testing/chatting'

aServerForEach()

describe('two people in a room', () => {
  it('see each other’s words once, in one order', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    expect(ann.talk.send({ text: 'hi' })).toBeNull()
    expect(shown(ann.talk)).toEqual(['[start]'])
    await settle()
    bob.talk.send({ text: 'hello' })
    await settle()
    const words = ['[start]', 'ann: hi', 'bob: hello']
    expect(shown(ann.talk)).toEqual(words)
    expect(shown(bob.talk)).toEqual(words)
    expect(ann.talk.people.value).toEqual(['ann', 'bob'])
    expect(bob.talk.people.value).toEqual(['ann', 'bob'])
  })

  it('keep the row of a message from its first letter on', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    wire.drop()
    talk.send({ text: 'hi' })
    await settle()
    const key = talk.rows.value.at(-1)!.key
    expect(shown(talk)).toEqual(['[start]', 'ann: hi (queued)'])
    wire.comeBack()
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'ann: hi'])
    expect(talk.rows.value.at(-1)!.key).toBe(key)
  })

  it('hear plain clients and back ends', async () => {
    const { talk } = await inRoom(server, 'ann')
    server.publish('tea', 'from a bare WebSocket', 'carl')
    server.publish('tea', says('order 17', { name: 'Shop' }), null)
    server.publish('tea', { type: 'comment', id: 'c', text: '666' }, 'bob')
    await settle()
    const said = ['carl: from a bare WebSocket', 'Shop: order 17', 'bob: 666']
    expect(shown(talk).slice(1)).toEqual(said)
  })
})

it('draws a frame once, however much arrives in it', async () => {
  const { talk } = await inRoom(server, 'ann')
  const before = talk.rows.value
  tell(200)
  expect(talk.rows.value).toBe(before)
  await settle()
  expect(texts(talk)).toHaveLength(200)
})

it('searches what is loaded', async () => {
  const { talk } = await inRoom(server, 'ann')
  for (const text of ['Café au lait', 'the CAFE', '北京天气很好', 'tea']) {
    server.publish('tea', says(text), 'bob')
  }
  await settle()
  const found = (words: string) => talk.search(words).map(({ text }) => text)
  expect(found('cafe')).toEqual(['the CAFE', 'Café au lait'])
  expect(found('LAIT café')).toEqual(['Café au lait'])
  expect(found('天气')).toEqual(['北京天气很好'])
  expect(found(' ')).toEqual([])
})

describe('two windows of one browser', () => {
  it('do not undo what the other one did to a conversation', async () => {
    const one = await inRoom(server, 'ann')
    const other = await inRoom(server, 'ann')
    await vi.advanceTimersByTimeAsync(1000)
    one.chat.setNotify('lobby', 'none')
    one.chat.leave('tea')
    await vi.advanceTimersByTimeAsync(1000)
    hide(true)
    said('lobby', 'hello')
    said('tea', 'hello')
    await vi.advanceTimersByTimeAsync(1000)
    one.chat.stop()
    other.chat.stop()
    const { chat } = enter(server, 'ann')
    expect(chat.conversations.value).toMatchObject([{ channel: 'lobby', notify: 'none' }])
  })

  it('come back to a room that only the other one left', async () => {
    const one = await inRoom(server, 'ann')
    const other = await inRoom(server, 'ann')
    one.chat.leave('tea')
    await vi.advanceTimersByTimeAsync(1000)
    other.chat.open('tea')
    other.chat.stop()
    const { chat } = enter(server, 'ann')
    expect(chat.conversations.value.map(({ channel }) => channel)).toContain('tea')
  })
})

it('begins whatever rubbish the storage holds', async () => {
  const rubbish = [{ key: 'x', at: 1, problem: null, data: { type: 'message', id: 'x' } }]
  localStorage.setItem('parley.chat/waiting/ann/lobby', JSON.stringify(rubbish))
  const { chat } = enter(server, 'ann')
  const talk = chat.open('lobby')
  await settle()
  expect(shown(talk)).toEqual(['[start]'])
})

describe('what nobody looks at', () => {
  it('holds no rows', async () => {
    tell(3)
    const { chat, talk } = await inRoom(server, 'ann')
    chat.open('lobby')
    tell(1, 'bob', 4)
    await settle()
    expect(talk.rows.value).toEqual([])
    chat.open('tea')
    expect(texts(talk)).toEqual(numbers(1, 4))
  })

  it('is kept short, and can be read back', async () => {
    const { chat } = enter(server, 'ann')
    chat.open('tea')
    chat.open('lobby')
    await settle()
    tell(KEPT_AWAY * 2)
    await settle()
    const talk = chat.open('tea')
    await settle()
    expect(texts(talk)).toEqual(numbers(KEPT_AWAY + 1, KEPT_AWAY * 2))
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(KEPT_AWAY - PAGE + 1, KEPT_AWAY * 2))
  })
})
