// A conversation and its history: pages, gaps, lost lines.
import { describe, expect, it, vi } from 'vitest'
import { watch } from 'vue'
import { FILL_PAGES, FIRST_PAGE, RELOAD_MS } from './history'
import {
  aServerForEach,
  enter,
  inRoom,
  numbers,
  server,
  settle,
  shown,
  tell,
  texts,
} from './testing/chatting'
import { refusal } from './testing/fakeServer'

aServerForEach()

describe('the history', () => {
  it('comes by pages, each below the other, while others go on', async () => {
    tell(170)
    const { talk, wire } = await inRoom(server, 'ann')
    expect(texts(talk)).toEqual(numbers(71, 170))
    expect(talk.hasOlder.value).toBe(true)
    expect(talk.prepended.value).toBe(0)
    wire.of('tea').held = []
    const older = talk.loadOlder()
    expect(talk.loadingOlder.value).toBe(true)
    void talk.loadOlder()
    tell(3, 'bob', 171)
    await settle()
    wire.of('tea').held!.forEach((go) => go())
    wire.of('tea').held = null
    await older
    expect(texts(talk)).toEqual(numbers(21, 173))
    expect(talk.prepended.value).toBe(1)
    expect(talk.loadingOlder.value).toBe(false)
    await talk.loadOlder()
    await settle()
    expect(shown(talk)[0]).toBe('[start]')
    expect(texts(talk)).toEqual(numbers(1, 173))
    expect(talk.hasOlder.value).toBe(false)
    const asked = wire.of('tea').asked.length
    await talk.loadOlder()
    expect(wire.of('tea').asked).toHaveLength(asked)
  })

  it('has no hole when more than a page arrives before the first one is answered', async () => {
    tell(30)
    const { chat, wire } = enter(server, 'ann')
    const talk = chat.open('tea')
    wire.of('tea').held = []
    await settle()
    tell(FIRST_PAGE + 20, 'bob', 31)
    wire.of('tea').held!.forEach((go) => go())
    wire.of('tea').held = null
    await settle()
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 150))
  })

  it('is that of the server that is there when the line breaks during the first page', async () => {
    tell(5)
    const { chat, wire } = enter(server, 'ann')
    const talk = chat.open('tea')
    wire.of('tea').held = []
    await settle()
    const { held } = wire.of('tea')
    wire.of('tea').held = null
    wire.drop()
    server.restart()
    tell(2, 'bob', 6)
    wire.comeBack()
    await settle()
    held!.forEach((go) => go())
    await settle()
    expect(talk.state.value).toBe('ready')
    expect(shown(talk)).toEqual(['[start]', 'bob: 6', 'bob: 7'])
  })

  it('says where the server keeps no more', async () => {
    server.historySize = 10
    tell(30)
    const { talk } = await inRoom(server, 'ann')
    expect(talk.hasOlder.value).toBe(true)
    await talk.loadOlder()
    await settle()
    expect(shown(talk)[0]).toBe('[older is gone]')
    expect(texts(talk)).toEqual(numbers(21, 30))
    expect(talk.hasOlder.value).toBe(false)
  })

  it('does not end with a page that the server cut short', async () => {
    server.pageMax = 20
    tell(50)
    const { talk } = await inRoom(server, 'ann')
    expect(texts(talk)).toEqual(numbers(31, 50))
    await talk.loadOlder()
    await talk.loadOlder()
    await settle()
    expect(shown(talk)[0]).toBe('[start]')
    expect(texts(talk)).toEqual(numbers(1, 50))
  })

  it('may be forbidden', async () => {
    server.placeless.add('tea')
    const { talk } = await inRoom(server, 'ann')
    talk.send({ text: 'hi' })
    await settle()
    expect(shown(talk)).toEqual(['[older is gone]', 'ann: hi'])
  })

  it('is asked for again after a fault that passes', async () => {
    tell(3)
    const { chat } = enter(server, 'ann')
    const talk = chat.open('tea')
    server.refusals.set('history tea', refusal(100, 'overloaded', true))
    await settle()
    expect(talk.state.value).toBe('loading')
    tell(1, 'bob', 4)
    server.refusals.clear()
    await vi.advanceTimersByTimeAsync(2100)
    expect(talk.state.value).toBe('ready')
    expect(texts(talk)).toEqual(['1', '2', '3', '4'])
  })
})

it('rests after a fault before older pages are asked for again', async () => {
  tell(170)
  const { talk, wire } = await inRoom(server, 'ann')
  // As the log does, near its top.
  const near = () => !talk.loadingOlder.value && talk.hasOlder.value && void talk.loadOlder()
  watch(talk.rows, near)
  server.refusals.set('history tea', refusal(100, 'overloaded', true))
  const { asked } = wire.of('tea')
  const before = asked.length
  near()
  await vi.advanceTimersByTimeAsync(RELOAD_MS - 100)
  expect(asked).toHaveLength(before + 1)
  await vi.advanceTimersByTimeAsync(RELOAD_MS)
  expect(asked).toHaveLength(before + 2)
  server.refusals.clear()
  await vi.advanceTimersByTimeAsync(RELOAD_MS * 2)
  expect(texts(talk)).toEqual(numbers(1, 170))
  expect(talk.loadingOlder.value).toBe(false)
})

describe('after a lost line', () => {
  it('goes on where everything was recovered', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    tell(3)
    wire.drop()
    tell(4, 'bob', 4)
    wire.comeBack()
    await settle()
    expect(shown(talk)).toEqual(['[start]', ...numbers(1, 7).map((n) => `bob: ${n}`)])
  })

  it('closes a gap that the history can close', async () => {
    server.recoverable = 10
    const { talk, wire } = await inRoom(server, 'ann')
    tell(3)
    wire.drop()
    tell(300, 'bob', 4)
    wire.comeBack()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 303))
    expect(shown(talk)).not.toContain('[gap]')
  })

  it('closes a gap by pages that the server cuts short', async () => {
    server.recoverable = 10
    server.pageMax = 50
    const { talk, wire } = await inRoom(server, 'ann')
    tell(3)
    wire.drop()
    tell(300, 'bob', 4)
    wire.comeBack()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 303))
    expect(shown(talk)).not.toContain('[gap]')
  })

  it('shows a gap that is too long, and fills it as the reader asks', async () => {
    server.recoverable = 10
    server.historySize = 5000
    const { talk, wire } = await inRoom(server, 'ann')
    tell(1)
    wire.drop()
    tell(FIRST_PAGE + 100 * FILL_PAGES + 20, 'bob', 2)
    wire.comeBack()
    await settle()
    expect(shown(talk).slice(0, 4)).toEqual(['[start]', 'bob: 1', '[gap]', 'bob: 22'])
    expect(talk.hasOlder.value).toBe(true)
    await talk.loadOlder()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 1121))
  })

  it('says honestly what is lost with a restarted server', async () => {
    const { talk } = await inRoom(server, 'ann')
    tell(2)
    await settle()
    server.restart()
    tell(1, 'bob', 3)
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'bob: 1', 'bob: 2', '[gap]', 'bob: 3'])
  })

  it('has what was said in an empty room before the line to the restarted server stood', async () => {
    const { talk, wire } = await inRoom(server, 'ann')
    wire.drop()
    server.restart()
    tell(2)
    wire.comeBack()
    await settle()
    expect(shown(talk)).toEqual(['[start]', 'bob: 1', 'bob: 2'])
  })

  it('has what was said in a silent room beyond what could be recovered', async () => {
    server.recoverable = 10
    const { talk, wire } = await inRoom(server, 'ann')
    wire.drop()
    tell(20)
    wire.comeBack()
    await settle()
    expect(texts(talk)).toEqual(numbers(1, 20))
  })

  it('sends only what did not come back, once and in order', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.talk.send({ text: 'one' })
    await settle()
    // The server takes "two", and its answer is lost; "three" and "four" are said without a line.
    ann.wire.deaf = true
    ann.talk.send({ text: 'two' })
    await settle()
    ann.wire.drop()
    server.publish('tea', ann.wire.published.at(-1)!.data, 'ann')
    ann.talk.send({ text: 'three' })
    ann.talk.send({ text: 'four' })
    await settle()
    expect(shown(ann.talk).slice(2)).toEqual([
      'ann: two (queued)',
      'ann: three (queued)',
      'ann: four (queued)',
    ])
    ann.wire.deaf = false
    ann.wire.published.length = 0
    ann.wire.comeBack()
    await settle()
    const words = ['[start]', 'ann: one', 'ann: two', 'ann: three', 'ann: four']
    expect(shown(ann.talk)).toEqual(words)
    expect(shown(bob.talk)).toEqual(words)
    const again = ann.wire.published.map(({ data }) => (data as { text: string }).text)
    expect(again).toEqual(['three', 'four'])
  })

  it('has everybody see it once though it was sent twice', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    ann.wire.deaf = true
    ann.talk.send({ text: 'hi' })
    await settle()
    ann.wire.drop()
    server.publish('tea', ann.wire.published.at(-1)!.data, 'ann')
    ann.wire.deaf = false
    // Everything is lost but what Bob has seen.
    server.restart()
    ann.wire.comeBack()
    await settle()
    expect(server.stream('tea').offset).toBe(1)
    expect(texts(bob.talk)).toEqual(['hi'])
    expect(texts(ann.talk)).toEqual(['hi'])
  })
})
