import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ACK_MS, MAX_TRIES, Outbox, OUTBOX_LIMIT } from './outbox'
import type { ClientFrame } from './wire'

let up: boolean
let sent: ClientFrame[]
let outbox: Outbox

beforeEach(() => {
  vi.useFakeTimers()
  up = false
  sent = []
  let refs = 0
  const send = (frame: ClientFrame) => up && sent.push(frame) > 0
  outbox = new Outbox(send, () => `r${++refs}`)
})

const states = () => outbox.entries.map((entry) => `${entry.ref} ${entry.state}`)

describe('while the line is down', () => {
  it('keeps the order and sends it all when the line is up', () => {
    for (const text of ['one', 'two', 'three']) outbox.add(text)
    expect(states()).toEqual(['r1 queued', 'r2 queued', 'r3 queued'])
    up = true
    outbox.lineUp()
    expect(sent).toEqual([
      { data: 'one', ref: 'r1' },
      { data: 'two', ref: 'r2' },
      { data: 'three', ref: 'r3' },
    ])
  })

  it('is bounded and says when it is full', () => {
    for (let n = 0; n < OUTBOX_LIMIT; n++) expect(outbox.add('x')).toBe(true)
    expect(outbox.add('one too many')).toBe(false)
    expect(outbox.entries).toHaveLength(OUTBOX_LIMIT)
    outbox.discard('r1')
    expect(outbox.add('fits again')).toBe(true)
  })
})

describe('while the line is up', () => {
  beforeEach(() => (up = true))

  it('sends at once, to one person if asked', () => {
    outbox.add('hi', 'lisi')
    expect(sent).toEqual([{ data: 'hi', ref: 'r1', to: 'lisi' }])
    expect(states()).toEqual(['r1 sending'])
  })

  it('is empty after the answer, whichever comes first', () => {
    outbox.add('hi')
    expect(outbox.settle('r1')?.text).toBe('hi')
    expect(outbox.settle('r1')).toBeUndefined()
    expect(outbox.entries).toEqual([])
    vi.advanceTimersByTime(10 * ACK_MS)
    expect(sent).toHaveLength(1)
  })

  it('sends again after 15 s without an answer, with the same ref', () => {
    outbox.add('hi')
    vi.advanceTimersByTime(ACK_MS)
    expect(sent).toEqual([
      { data: 'hi', ref: 'r1' },
      { data: 'hi', ref: 'r1' },
    ])
  })

  it('fails after the last unanswered try; retry keeps the ref, discard forgets', () => {
    outbox.add('hi')
    vi.advanceTimersByTime(MAX_TRIES * ACK_MS)
    expect(sent).toHaveLength(MAX_TRIES)
    expect(states()).toEqual(['r1 failed'])
    outbox.retry('r1')
    expect(sent.at(-1)).toEqual({ data: 'hi', ref: 'r1' })
    expect(states()).toEqual(['r1 sending'])
    outbox.discard('r1')
    expect(states()).toEqual([])
  })

  it('fails with the words of the server and is not resent by itself', () => {
    outbox.add('hi')
    outbox.fail('r1', 'refused', 'too fast')
    expect(outbox.entries[0]).toMatchObject({
      state: 'failed',
      failure: { cause: 'refused', words: 'too fast' },
    })
    outbox.lineDown()
    outbox.lineUp()
    vi.advanceTimersByTime(10 * ACK_MS)
    expect(sent).toHaveLength(1)
  })

  it('resends what was in flight when the line broke, before what came later', () => {
    outbox.add('in flight')
    up = false
    outbox.lineDown()
    outbox.add('typed meanwhile')
    expect(states()).toEqual(['r1 queued', 'r2 queued'])
    up = true
    sent.length = 0
    outbox.lineUp()
    expect(sent.map((frame) => 'ref' in frame && frame.ref)).toEqual(['r1', 'r2'])
  })

  it('lets a lost line reset the count of tries', () => {
    outbox.add('hi')
    vi.advanceTimersByTime((MAX_TRIES - 1) * ACK_MS)
    outbox.lineDown()
    outbox.lineUp()
    vi.advanceTimersByTime((MAX_TRIES - 1) * ACK_MS)
    expect(states()).toEqual(['r1 sending'])
  })

  it('blames the biggest message in flight for "too big"', () => {
    outbox.add('small')
    outbox.add('enormous')
    outbox.failBiggest()
    expect(states()).toEqual(['r1 sending', 'r2 failed'])
  })

  it('retries nothing that is not there', () => {
    outbox.fail('r9', 'refused', 'late answer')
    outbox.retry('r9')
    expect(outbox.entries).toEqual([])
  })
})
