import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inRoom, settle, shown, stopAll } from './testing/chatting'
import { FakeServer } from './testing/fakeServer'

let server: FakeServer

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  server = new FakeServer()
})

afterEach(() => {
  stopAll()
  vi.useRealTimers()
})

describe('two people in a room', () => {
  it('see each other’s words once, in one order', async () => {
    const ann = await inRoom(server, 'ann')
    const bob = await inRoom(server, 'bob')
    expect(ann.talk.send({ text: 'hi' })).toBeNull()
    bob.talk.send({ text: 'hello' })
    await settle()
    const words = ['[start]', 'ann: hi', 'bob: hello']
    expect(shown(ann.talk)).toEqual(words)
    expect(shown(bob.talk)).toEqual(words)
  })
})
