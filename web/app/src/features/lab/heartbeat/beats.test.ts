import { expect, it } from 'vitest'
import type { Frame } from '@parley/vue'
import { attemptsSince } from '../retry/attempts'
import { pairBeats, silences } from './beats'

const beat = (at: number, direction: Frame['direction'], heartbeat = true): Frame => ({
  at,
  direction,
  data: direction === 'out' ? 'ping' : 'pong',
  heartbeat,
})

it('pairs a ping with the next pong and overlooks messages', () => {
  const frames = [beat(1, 'out'), beat(2, 'in', false), beat(3, 'in'), beat(10, 'out')]
  expect(pairBeats(frames)).toEqual([
    { sentAt: 1, answeredAt: 3 },
    { sentAt: 10, answeredAt: null },
  ])
})

it('overlooks a pong whose ping was forgotten', () => {
  expect(pairBeats([beat(1, 'in'), beat(2, 'out'), beat(4, 'in')])).toEqual([
    { sentAt: 2, answeredAt: 4 },
  ])
})

it('lets a silence last until the loss behind it', () => {
  const beats = [
    { sentAt: 10.5, answeredAt: null },
    { sentAt: 20, answeredAt: 21 },
    { sentAt: 30, answeredAt: null },
  ]
  expect(
    silences(beats, [
      { at: 5, kind: 'lost' },
      { at: 13, kind: 'lost' },
      { at: 15, kind: 'connected' },
    ]),
  ).toEqual([
    { since: 10.5, until: 13 },
    { since: 30, until: null },
  ])
})

it('lists the attempts since a drop with their outcome', () => {
  const attempts = attemptsSince(
    [
      { at: 50, kind: 'connecting' },
      { at: 60, kind: 'connected' },
      { at: 100, kind: 'lost' },
      { at: 500, kind: 'connecting' },
      { at: 501, kind: 'lost' },
      { at: 900, kind: 'connecting' },
      { at: 910, kind: 'connected' },
      { at: 990, kind: 'connecting' },
    ],
    100,
  )
  expect(attempts).toEqual([
    { ms: 400, outcome: 'refused' },
    { ms: 800, outcome: 'back' },
    { ms: 890, outcome: 'trying' },
  ])
})
