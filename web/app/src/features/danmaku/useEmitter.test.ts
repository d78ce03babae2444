import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, ref, shallowRef, type EffectScope } from 'vue'
import type { Outgoing, Source } from './source'
import { useEmitter, type Emitter } from './useEmitter'

const status = ref({ state: 'connected' })
vi.mock('@parley/vue', () => ({ useConnection: () => ({ status }) }))

let scope: EffectScope
let emitter: Emitter
/** Ends what is being sent, one after the other. */
let endings: { done: () => void; fail: (reason: object) => void }[]
let discarded: string[]

beforeEach(() => {
  vi.useFakeTimers()
  status.value = { state: 'connected' }
  endings = []
  discarded = []
  const outgoing = (text: string): Outgoing => ({
    text,
    send: () => new Promise((done, fail) => endings.push({ done, fail })),
    discard: () => discarded.push(text),
  })
  const source: Source = {
    historyState: shallowRef('ready'),
    error: shallowRef(null),
    compose: outgoing,
    takeBack: ({ text }) => outgoing(text),
  }
  scope = effectScope(true)
  emitter = scope.run(() => useEmitter(source))!
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)
const late = { code: 1, message: 'timeout' }

function write(text: string) {
  emitter.text.value = text
  emitter.send()
}

it('what does not go out stays, says why, and is gone once it went', async () => {
  write('hello')
  endings[0]!.fail({ code: 103, message: 'not here' })
  await settle()
  expect(emitter.failed).toMatchObject([
    { what: 'send', text: 'hello', why: 'refused', words: 'not here', trying: false },
  ])
  status.value = { state: 'waiting' }
  emitter.retry(emitter.failed[0]!)
  await settle()
  expect(emitter.failed).toMatchObject([{ why: 'offline' }])
  status.value = { state: 'connected' }
  emitter.retry(emitter.failed[0]!)
  endings[1]!.done()
  await settle()
  expect(emitter.failed).toEqual([])
})

it('what is thrown away while it is tried again does not come back', async () => {
  write('hello')
  endings[0]!.fail(late)
  await settle()
  const note = emitter.failed[0]!
  expect(note.why).toBe('late')
  emitter.retry(note)
  emitter.discard(note)
  expect(discarded).toEqual(['hello'])
  endings[1]!.fail(late)
  await settle()
  expect(emitter.failed).toEqual([])
})

it('what cannot be taken back says so, too', async () => {
  emitter.takeBack({ id: 'me\n1', text: 'oops', user: 'me', time: 0 })
  endings[0]!.fail(late)
  await settle()
  expect(emitter.failed).toMatchObject([{ what: 'takeBack', text: 'oops', why: 'late' }])
})
