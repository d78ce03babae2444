import { describe, expect, it } from 'vitest'
import type { Publication } from '@parley/vue'
import { FilmClock } from './clock'
import { Ledger } from './ledger'
import { cleanText, hear, segmentOf, toWire } from './wire'

const said = (data: unknown, user = 'ann'): Publication => ({
  id: 'e-1',
  channel: 'show',
  data,
  user,
  epoch: 'e',
  offset: 1,
  time: 1000,
})
const commentOf = (data: unknown) => {
  const heard = hear(said(data))
  return heard?.kind === 'comment' ? heard.comment : null
}

describe('what is heard', () => {
  it('a whole comment', () => {
    const wire = {
      type: 'comment',
      id: 'x',
      text: 'hi',
      mode: 'top',
      color: '#FF0000',
      size: 'large',
      at: 61_500,
    }
    expect(commentOf(wire)).toEqual({
      id: 'ann\nx',
      text: 'hi',
      user: 'ann',
      time: 1000,
      mode: 'top',
      color: '#FF0000',
      size: 'large',
      at: 61_500,
    })
  })

  it('strings, texts and chat messages are comments with all defaults, named by their place', () => {
    for (const data of ['hello', { text: 'hello' }, { type: 'message', text: 'hello', id: '' }]) {
      expect(commentOf(data)).toMatchObject({
        id: 'ann\ne-1',
        text: 'hello',
        mode: 'scroll',
        size: 'medium',
      })
    }
  })

  it('a wrong look or moment counts as the default', () => {
    const odd = commentOf({ text: 'a', mode: 'left', color: 'red', size: 9, at: -1 })
    expect(odd).toMatchObject({ mode: 'scroll', color: '#ffffff', size: 'medium' })
    expect(odd).not.toHaveProperty('at')
  })

  it('long texts are cut between characters, lines become one', () => {
    expect(cleanText(' a\n b\tc ')).toBe('a b c')
    expect([...cleanText('🎉'.repeat(150))]).toHaveLength(100)
  })

  it.each([
    [null],
    [7],
    [''],
    ['  \n '],
    [{}],
    [{ type: 'edit', id: 'x', text: 'no' }],
    [{ type: 'delete' }],
  ])('%j is nothing', (data) => expect(hear(said(data))).toBeNull())

  it('what is sent is heard again, and says no defaults', () => {
    expect(toWire('i', 'hi', { mode: 'scroll', color: '#ffffff', size: 'medium' })).toEqual({
      type: 'comment',
      id: 'i',
      text: 'hi',
    })
    const wire = toWire('i', 'hi', { mode: 'bottom', color: '#00ff00', size: 'small' }, 59_999.6)
    expect(commentOf(wire)).toMatchObject({
      mode: 'bottom',
      color: '#00ff00',
      size: 'small',
      at: 59_999,
    })
    expect(segmentOf(wire.at!)).toBe(0)
  })
})

describe('ledger', () => {
  it('notes each comment once, and forgets the oldest', () => {
    const ledger = new Ledger(2)
    expect(['a', 'a', 'b', 'c', 'a'].map((key) => ledger.note(key))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ])
  })

  const taken = (ledger: Ledger, data: unknown, publisher: Partial<Publication>) => {
    const heard = hear({ ...said(data), ...publisher })
    return heard?.kind === 'delete' ? ledger.taken(heard) : null
  }
  const by = (user: string) => ({ user, info: { client: 'c1', user } })

  it('an author takes back the own comment, a back end any; what comes later stays away', () => {
    const ledger = new Ledger()
    for (const key of ['ann\nx', 'bob\nx', 'bob\ny']) ledger.note(key)
    expect(taken(ledger, { type: 'delete', id: 'x' }, by('ann'))).toEqual(['ann\nx'])
    const backend = { user: '', info: undefined }
    expect(taken(ledger, { type: 'delete', id: 'x' }, backend)).toEqual(['ann\nx', 'bob\nx'])
    taken(ledger, { type: 'delete', id: 'z' }, by('eve'))
    expect(ledger.note('eve\nz')).toBe(false)
  })

  it('an anonymous user takes nothing back, neither of a back end nor of others', () => {
    const ledger = new Ledger()
    for (const key of ['ann\nx', '\nx']) ledger.note(key)
    expect(taken(ledger, { type: 'delete', id: 'x' }, by(''))).toEqual([])
  })

  it('deletions count towards its limit', () => {
    const ledger = new Ledger(2)
    ledger.note('ann\na')
    for (const id of ['b', 'c']) taken(ledger, { type: 'delete', id }, by('eve'))
    expect(ledger.note('ann\na')).toBe(true)
  })
})

it('the film plays, pauses, seeks, changes its pace and begins again', () => {
  let now = 0
  const clock = new FilmClock(10_000, () => now)
  const after = (ms: number) => {
    now += ms
    return clock.time
  }
  expect(after(500)).toBe(0)
  clock.play()
  expect(after(1000)).toBe(1000)
  clock.setRate(2)
  expect(after(1000)).toBe(3000)
  clock.pause()
  expect(after(5000)).toBe(3000)
  clock.seek(9000)
  expect(clock.time).toBe(9000)
  clock.play()
  expect(after(1000)).toBe(1000)
  clock.seek(99_000)
  expect(clock.time).toBe(9999)
  expect(clock.seeks).toBe(2)
})
