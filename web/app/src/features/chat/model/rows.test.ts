// The log as it is shown: gaps, days, groups, the divider; and what a long one costs.
import { describe, expect, it, vi } from 'vitest'
import { Timeline } from './timeline'
import { edit, message, pub, reaction } from './testing/stream'
import { begin, eyes, live, rows } from './testing/timelines'

describe('gaps', () => {
  it('stand where messages may be missing, and close when the history reaches', () => {
    const timeline = live(pub(1, 'one', { time: 100 }), pub(2, 'two', { time: 200 }))
    expect(timeline.begin({ epoch: 'e1', offset: 6 }, 250, 900)).toBe(true)
    timeline.add(pub(7, 'seven', { time: 1000 }))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'two', '[gap]', 'seven'])
    expect(timeline.list.rows).toContainEqual(
      expect.objectContaining({ kind: 'gap', since: 250, until: 900, open: true }),
    )
    timeline.prepend(timeline.open!, [pub(5, 'five', { time: 500 }), pub(6, 'six')], false)
    expect(timeline.list.rows).toContainEqual(
      expect.objectContaining({ kind: 'gap', since: 250, until: 500 }),
    )
    expect(timeline.hasGapToFill).toBe(true)
    timeline.prepend(
      timeline.open!,
      ['two', 'three', 'four'].map((text, n) => pub(n + 2, text)),
      false,
    )
    expect(rows(timeline)).toEqual([
      '[start]',
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
      'seven',
    ])
    expect(timeline.hasGapToFill).toBe(false)
  })

  it('stay when the history no longer reaches', () => {
    const timeline = live(pub(1, 'one'))
    timeline.begin({ epoch: 'e1', offset: 6 }, 0, 0)
    timeline.prepend(timeline.open!, [pub(6, 'six')], true)
    expect(rows(timeline)).toEqual(['[start]', 'one', '[gap]', 'six'])
    expect(timeline.open).toBeNull()
  })

  it('are none when nothing was said meanwhile', () => {
    const timeline = live(pub(1, 'one'))
    expect(timeline.begin({ epoch: 'e1', offset: 1 }, 0, 0)).toBe(false)
    timeline.add(pub(2, 'two'))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'two'])
  })

  it('divide streams: the old one is shown, the new one begins at its first', () => {
    const timeline = live(pub(1, message('a')), pub(2, message('b')))
    timeline.begin({ epoch: 'e2', offset: 2 }, 0, 0)
    timeline.prepend(
      timeline.open!,
      [pub(1, message('b'), { epoch: 'e2' }), pub(2, message('c'), { epoch: 'e2' })],
      false,
    )
    timeline.add(pub(3, message('d'), { epoch: 'e2' }))
    expect(rows(timeline)).toEqual(['[start]', 'a', 'b', '[gap]', 'c', 'd'])
    expect(timeline.open).toBeNull()
    timeline.add(pub(4, edit('a', 'A'), { epoch: 'e2' }))
    expect(rows(timeline)[1]).toBe('A*')
  })

  it('are one where nothing was heard between two losses', () => {
    const timeline = live(pub(1, 'one'))
    timeline.begin({ epoch: 'e2', offset: 0 }, 10, 20)
    timeline.begin({ epoch: 'e3', offset: 0 }, 30, 40)
    timeline.add(pub(1, 'two', { epoch: 'e3', time: 50 }))
    expect(rows(timeline)).toEqual(['[start]', 'one', '[gap]', 'two'])
    expect(timeline.list.rows).toContainEqual(
      expect.objectContaining({ kind: 'gap', since: 10, until: 40, open: false }),
    )
  })

  it('are none above an empty room', () => {
    const timeline = begin()
    timeline.begin({ epoch: 'e2', offset: 0 }, 0, 0)
    timeline.add(pub(1, 'one', { epoch: 'e2' }))
    expect(rows(timeline)).toEqual(['[start]', 'one'])
  })
})

describe('without places', () => {
  it('shows what comes, in its order', () => {
    const timeline = new Timeline(eyes)
    timeline.begin(null, 0, 0)
    timeline.add({ ...pub(undefined, 'one', { epoch: '' }), id: 'l1' })
    timeline.add({ ...pub(undefined, 'two', { epoch: '' }), id: 'l2' })
    expect(rows(timeline)).toEqual(['[start]', 'one', 'two'])
    expect(timeline.top).toBeNull()
    expect(timeline.begin(null, 0, 0)).toBe(true)
  })
})

describe('rows', () => {
  const at = (hours: number, minutes: number) => new Date(2026, 4, 3, hours, minutes).getTime()
  const said = (offset: number, time: number, user = 'ann') =>
    pub(offset, `m${offset}`, { user, time })
  const kinds = (timeline: Timeline) =>
    timeline.list.rows.map((row) =>
      row.kind === 'message' ? (row.continues ? '|' : row.message.user) : row.kind,
    )

  it('group one person’s words of five minutes, and mark the days', () => {
    const timeline = live(
      said(1, at(9, 0)),
      said(2, at(9, 4)),
      said(3, at(9, 8), 'bob'),
      said(4, at(9, 20), 'bob'),
      said(5, at(33, 0), 'bob'),
    )
    const expected = ['start', 'day', 'ann', '|', 'bob', 'bob', 'day', 'bob']
    expect(kinds(timeline)).toEqual(expected)
    timeline.divide(null)
    expect(kinds(timeline)).toEqual(expected)
  })

  it('hold one divider, before the first unread of others', () => {
    const timeline = live(said(1, 0), said(2, 1, 'me'), said(3, 2))
    timeline.divide(timeline.orderOf({ epoch: 'e1', offset: 1 }))
    expect(kinds(timeline)).toEqual(['start', 'day', 'ann', 'me', 'unread', 'ann'])
    timeline.divide(timeline.orderOf({ epoch: 'e1', offset: 3 }))
    expect(kinds(timeline)).not.toContain('unread')
    timeline.add(said(4, 3))
    timeline.add(said(5, 4))
    expect(kinds(timeline).slice(-3)).toEqual(['unread', 'ann', '|'])
  })

  it('keep their identity while others change', () => {
    const timeline = live(pub(1, message('a')), pub(2, message('b')), pub(3, message('c')))
    const before = [...timeline.list.rows]
    timeline.add(pub(4, edit('b', 'B')))
    timeline.divide(null)
    const same = timeline.list.rows.map((row, index) => row === before[index])
    // The start, the day and the changed one are new; a and c are not.
    expect(same).toEqual([false, false, true, false, true])
    expect(timeline.list.rows.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
  })
})

describe('much of it', () => {
  it('keeps the newest, and can load the rest again', () => {
    const timeline = begin()
    for (let n = 1; n <= 30; n++) timeline.add(pub(n, message(`m${n}`)))
    timeline.trim(10)
    expect(rows(timeline)).toEqual(Array.from({ length: 10 }, (_, n) => `m${n + 21}`))
    expect(timeline.open).toMatchObject({ low: 21, closed: false })
    expect(timeline.has('ann', 'm5')).toBe(false)
    timeline.prepend(timeline.open!, [pub(19, message('m19')), pub(20, message('m20'))], false)
    expect(rows(timeline).slice(0, 3)).toEqual(['m19', 'm20', 'm21'])
  })

  it('builds nothing anew for what arrives or changes', () => {
    const timeline = begin()
    for (let n = 1; n <= 10_000; n++) timeline.add(pub(n, message(`m${n}`)))
    const rebuild = vi.spyOn(timeline.list, 'rebuild')
    for (let n = 10_001; n <= 12_000; n++) {
      timeline.add(pub(n, n % 2 ? message(`m${n}`) : reaction(`m${n - 5000}`, '👍')))
    }
    expect(timeline.list.rows).toHaveLength(11_002)
    expect(timeline.find('m6000')!.row!.message.reactions).toHaveLength(1)
    expect(rebuild).not.toHaveBeenCalled()
  })
})
