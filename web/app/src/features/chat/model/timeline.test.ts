import { describe, expect, it } from 'vitest'
import { AWAITED_KEPT } from './timeline'
import { edit, message, pub, reaction, remove } from './testing/stream'
import { begin, live, rows } from './testing/timelines'
import type { Publication } from './schema'

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
