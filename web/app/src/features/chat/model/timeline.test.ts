import { describe, expect, it, vi } from 'vitest'
import { mentionTest } from './mentions'
import { AWAITED_KEPT, Timeline } from './timeline'
import { edit, message, pub, reaction, remove } from './testing/stream'
import type { Publication } from './schema'

const eyes = { me: 'me', mentions: mentionTest('me') }

function begin(offset = 0, epoch = 'e1'): Timeline {
  const timeline = new Timeline(eyes)
  timeline.begin({ epoch, offset }, 0, 0)
  return timeline
}

function live(...publications: Publication[]): Timeline {
  const timeline = begin()
  publications.forEach((one) => timeline.add(one))
  return timeline
}

const rows = (timeline: Timeline) =>
  timeline.list.rows.flatMap((row) => {
    if (row.kind !== 'message') return row.kind === 'day' ? [] : `[${row.kind}]`
    const { text, deleted, edited, reactions } = row.message
    const votes = reactions.map(({ emoji, users }) => ` ${emoji} ${users.join(' ')}`).join('')
    return (deleted ? '†' : text) + (edited ? '*' : '') + votes
  })

describe('once', () => {
  it('drops a second message of the same user with the same id', () => {
    const timeline = live(pub(1, message('a', 'one')), pub(2, message('a', 'two')))
    expect(rows(timeline)).toEqual(['[start]', 'one'])
    timeline.add(pub(3, message('a', 'of another'), { user: 'bob' }))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'of another'])
  })

  it('drops a publication that came before', () => {
    const timeline = live(pub(1, 'one'), pub(2, 'two'))
    timeline.add(pub(2, 'two'))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'two'])
  })

  it('keeps the first place when the older copy is loaded later', () => {
    const timeline = begin(5)
    timeline.add(pub(6, message('x')))
    timeline.add(pub(7, message('a', 'again')))
    timeline.prepend(timeline.open!, [pub(4, message('a', 'again')), pub(5, message('y'))], true)
    expect(rows(timeline)).toEqual(['[start]', 'again', 'y', 'x'])
    expect(timeline.find('a')!.message.offset).toBe(4)
  })

  it('gives what the server took its place when it comes back', () => {
    const timeline = begin()
    timeline.addTaken(pub(undefined, message('a'), { user: 'me' }))
    expect(timeline.find('a')!.message.offset).toBeNull()
    timeline.add(pub(1, message('b')))
    timeline.add(pub(2, message('a'), { user: 'me', time: 5 }))
    expect(rows(timeline)).toEqual(['[start]', 'b', 'a'])
    expect(timeline.find('a')!.message).toMatchObject({ offset: 2, time: 5 })
  })
})

describe('own only', () => {
  const base = () => live(pub(1, message('a', 'one')))

  it('lets the author edit and delete, the later edit wins', () => {
    const timeline = base()
    timeline.add(pub(2, edit('a', 'two')))
    timeline.add(pub(3, edit('a', 'three')))
    expect(rows(timeline)).toEqual(['[start]', 'three*'])
    timeline.add(pub(4, remove('a')))
    timeline.add(pub(5, edit('a', 'back')))
    timeline.add(pub(6, reaction('a', '👍')))
    expect(rows(timeline)).toEqual(['[start]', '†'])
  })

  it('lets nobody else but a back end', () => {
    const timeline = base()
    timeline.add(pub(2, edit('a', 'forged'), { user: 'eve' }))
    timeline.add(pub(3, remove('a'), { user: 'eve' }))
    timeline.add(pub(4, remove('a'), { user: '' }))
    expect(rows(timeline)).toEqual(['[start]', 'one'])
    timeline.add(pub(5, edit('a', 'moderated'), { backend: true }))
    expect(rows(timeline)).toEqual(['[start]', 'moderated*'])
  })

  it('does not let an anonymous user touch what a back end said', () => {
    const timeline = live(pub(1, message('n', 'news', { name: 'Shop' }), { backend: true }))
    timeline.add(pub(2, remove('n'), { user: '' }))
    expect(rows(timeline)).toEqual(['[start]', 'news'])
    expect(timeline.find('n')!.message).toMatchObject({ name: 'Shop', user: '', mine: false })
  })

  it('takes a user’s own message when ids collide', () => {
    const timeline = base()
    timeline.add(pub(2, message('a', 'eve’s'), { user: 'eve' }))
    timeline.add(pub(3, edit('a', 'eve’s own'), { user: 'eve' }))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'eve’s own*'])
  })

  it('shows no other name for a user than the server’s', () => {
    const timeline = live(pub(1, message('a', 'x', { name: 'Admin' }), { user: 'eve' }))
    expect(timeline.find('a')!.message.name).toBe('eve')
  })
})

it('counts one reaction for message, user and emoji, the last one', () => {
  const timeline = live(
    pub(1, message('a')),
    pub(2, reaction('a', '👍'), { user: 'bob' }),
    pub(3, reaction('a', '👍'), { user: 'me' }),
    pub(4, reaction('a', '🎉'), { user: 'bob' }),
    pub(5, reaction('a', '👍', false), { user: 'bob' }),
  )
  expect(timeline.find('a')!.message.reactions).toEqual([
    { emoji: '👍', users: ['me'], mine: true },
    { emoji: '🎉', users: ['bob'], mine: false },
  ])
})

describe('out of reach', () => {
  it('keeps what refers to a message that is not loaded until it is', () => {
    const timeline = begin(3)
    timeline.add(pub(4, edit('a', 'later')))
    timeline.add(pub(5, reaction('a', '👍'), { user: 'bob' }))
    timeline.add(pub(6, remove('b'), { user: 'eve' }))
    timeline.prepend(
      timeline.open!,
      [pub(1, message('a', 'one')), pub(2, message('b')), pub(3, edit('a', 'sooner'))],
      true,
    )
    expect(rows(timeline)).toEqual(['[start]', 'later* 👍 bob', 'b'])
  })

  it('forgets some rather than grow without end', () => {
    const timeline = begin(1)
    for (let n = 0; n <= AWAITED_KEPT; n++) timeline.add(pub(n + 2, edit(`x${n}`, 'new')))
    const page = [pub(1, message('x0', 'old'))]
    timeline.prepend(timeline.open!, page, true)
    expect(rows(timeline)).toEqual(['[start]', 'old'])
  })
})

/** Everything that may happen in a channel, by a random but repeatable hand. */
function history(length: number, seed: number): Publication[] {
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]!
  const users = ['ann', 'bob', 'me']
  return Array.from({ length }, (_, index) => {
    const backend = random() < 0.1
    const user = backend ? 'shop' : pick(users)
    const number = Math.floor(random() * length * 0.2)
    const id = `${user}${number}`
    const other = `${pick(users)}${number}`
    const acts = [
      message(id),
      message(id),
      message(id),
      edit(other, `edit ${index}`),
      remove(other),
      reaction(other, pick(['👍', '🎉']), random() > 0.4),
      `raw ${index}`,
    ]
    return pub(index + 1, pick(acts), { user, backend })
  })
}

it('comes to the same state however much of it was live and how it was paged', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const all = history(300, seed)
    const expected = rows(live(...all)).toSorted()
    for (const joined of [0, 150, 299, 300]) {
      for (const size of [7, 50]) {
        const timeline = begin(joined)
        all.slice(joined).forEach((one) => timeline.add(one))
        for (let end = joined; end > 0; end -= size) {
          const from = Math.max(0, end - size)
          timeline.prepend(timeline.open!, all.slice(from, end), from === 0)
        }
        // Votes are listed in the order in which they became known.
        const sorted = (text: string) => [...text.split(' ')].sort().join()
        expect(rows(timeline).map(sorted).toSorted()).toEqual(expected.map(sorted).toSorted())
        const order = [...timeline.newestFirst()].map((entry) => entry.order)
        expect(order).toEqual(order.toSorted((one, other) => other - one))
      }
    }
  }
})

describe('gaps', () => {
  it('stand where messages may be missing, and close when the history reaches', () => {
    const timeline = live(pub(1, 'one', { time: 100 }), pub(2, 'two', { time: 200 }))
    expect(timeline.begin({ epoch: 'e1', offset: 6 }, 250, 900)).toBe(true)
    timeline.add(pub(7, 'seven', { time: 1000 }))
    expect(rows(timeline)).toEqual(['[start]', 'one', 'two', '[gap]', 'seven'])
    expect(timeline.list.rows).toContainEqual(
      expect.objectContaining({ kind: 'gap', since: 250, until: 900 }),
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
      expect.objectContaining({ kind: 'gap', since: 10, until: 40 }),
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
