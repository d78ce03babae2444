import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { freezable, sometimesAway } from './lessonSockets'

/** The little of a WebSocket that matters here. */
class PlainTarget extends EventTarget {
  static readonly CONNECTING = 0
  static readonly CLOSED = 3
  constructor(readonly url: string) {
    super()
  }
}

beforeEach(() => vi.stubGlobal('WebSocket', PlainTarget))
afterEach(() => vi.unstubAllGlobals())

it('hears nothing while frozen, and everything before and after', () => {
  let frozen = false
  const Socket = freezable(() => frozen)
  const socket = new Socket('ws://host/')
  const heard: string[] = []
  socket.addEventListener('message', ({ data }) => heard.push(data))
  const say = (data: string) => socket.dispatchEvent(new MessageEvent('message', { data }))
  say('one')
  frozen = true
  say('two')
  frozen = false
  say('three')
  expect(heard).toEqual(['one', 'three'])
})

it('refuses with 1006 while away, and opens a real one otherwise', async () => {
  let away = true
  const Socket = sometimesAway(() => away)
  const refused = new Socket('ws://host/')
  const code = await new Promise<number>((resolve) => {
    refused.onclose = (event) => resolve(event.code)
  })
  expect(code).toBe(1006)
  expect(refused.readyState).toBe(WebSocket.CLOSED)
  away = false
  expect(new Socket('ws://host/')).toBeInstanceOf(PlainTarget)
})

it('says nothing more once an attempt was given up', async () => {
  vi.useFakeTimers()
  const refused = new (sometimesAway(() => true))('ws://host/')
  const heard = vi.fn()
  refused.onclose = heard
  refused.close()
  vi.runAllTimers()
  vi.useRealTimers()
  expect(heard).not.toHaveBeenCalled()
})
