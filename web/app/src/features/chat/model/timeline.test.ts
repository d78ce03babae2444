import { describe, expect, it } from 'vitest'
import { KINDS_EACH } from './deeds'
import { KINDS_SHOWN } from './subject'
import { Subjects } from './subjects'
import { edit, message, pub, reaction, remove } from './testing/stream'
import { begin, eyes, live, rows } from './testing/timelines'
import type { Publication } from './schema'
import { Timeline } from './timeline'

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

  it('keeps every reaction, however many', () => {
    const timeline = begin(1)
    for (let n = 0; n < 300; n++) {
      timeline.add(pub(n + 2, reaction('a', '👍'), { user: `u${n}` }))
    }
    timeline.prepend(timeline.open!, [pub(1, message('a'))], true)
    expect(timeline.find('a')!.message.reactions[0]!.users).toHaveLength(300)
  })

  it('lets nobody undo what another did, by a message of the same id', () => {
    const past = [pub(1, message('a', 'one')), pub(2, message('b', 'two'))]
    const words = [
      pub(3, message('a', 'copy'), { user: 'eve' }),
      pub(4, remove('a')),
      pub(5, remove('b')),
      pub(6, message('b', 'copy'), { user: 'eve' }),
    ]
    const timeline = begin(2)
    words.forEach((one) => timeline.add(one))
    expect(rows(timeline)).toEqual(['copy', 'copy'])
    timeline.prepend(timeline.open!, past, true)
    expect(rows(timeline)).toEqual(['[start]', '†', '†', 'copy', 'copy'])
  })

  it('gives reactions to the first message of an id, when it is there', () => {
    const timeline = begin(1)
    timeline.add(pub(2, message('a', 'copy'), { user: 'eve' }))
    timeline.add(pub(3, reaction('a', '👍'), { user: 'bob' }))
    expect(rows(timeline)).toEqual(['copy 👍 bob'])
    timeline.prepend(timeline.open!, [pub(1, message('a', 'one'))], true)
    expect(rows(timeline)).toEqual(['[start]', 'one 👍 bob', 'copy'])
  })

  it('forgets of whoever has the most, and nothing of the others', () => {
    const timeline = new Timeline(eyes, new Subjects(100))
    timeline.begin({ epoch: 'e1', offset: 2 }, 0, 0)
    timeline.add(pub(3, remove('a')))
    timeline.add(pub(4, edit('mine', 'new'), { user: 'eve' }))
    for (let n = 0; n < 1000; n++) {
      timeline.add(pub(n + 5, edit(n % 2 ? 'a' : `x${n}`, 'junk'), { user: 'eve' }))
    }
    const page = [pub(1, message('a')), pub(2, message('mine', 'old'), { user: 'eve' })]
    timeline.prepend(timeline.open!, page, true)
    expect(rows(timeline)).toEqual(['[start]', '†', 'old'])
  })
})

describe('reactions of many kinds', () => {
  const kinds = (user: string, count: number, from: number) =>
    Array.from({ length: count }, (_, n) => pub(from + n, reaction('a', `${user}${n}`), { user }))
  const shown = (...all: Publication[]) =>
    live(pub(1, message('a')), ...all)
      .find('a')!
      .message.reactions.map(({ emoji }) => emoji)

  it('by one user are the last ones', () => {
    const emojis = shown(...kinds('eve', KINDS_EACH + 5, 2), pub(90, reaction('a', '👍')))
    expect(emojis).toHaveLength(KINDS_EACH + 1)
    expect(emojis).toContain('👍')
    expect(emojis).not.toContain('eve4')
    expect(emojis).toContain('eve5')
  })

  it('are the first ones that stand', () => {
    const many = ['u', 'v', 'w', 'x'].flatMap((user, n) => kinds(user, KINDS_EACH, 2 + 100 * n))
    expect(shown(...many)).toHaveLength(KINDS_SHOWN)
    const back = many.map(({ data, user, offset }) =>
      pub(offset! + 500, { ...(data as object), on: false }, { user }),
    )
    expect(shown(...many, ...back, pub(1000, reaction('a', '👍')))).toEqual(['👍'])
  })
})

describe('after a trim', () => {
  const past = [
    pub(1, message('gone')),
    pub(2, message('told', 'old')),
    pub(3, message('liked')),
    pub(4, message('last')),
    pub(5, remove('gone')),
    pub(6, edit('told', 'new')),
    pub(7, reaction('liked', '👍'), { user: 'bob' }),
  ]

  it('messages come back as they were', () => {
    const timeline = live(...past)
    const before = rows(timeline)
    timeline.trim(1)
    expect(rows(timeline)).toEqual(['last'])
    timeline.prepend(timeline.open!, past.slice(0, 3), true)
    expect(rows(timeline)).toEqual(before)
    expect(before).toEqual(['[start]', '†', 'new*', 'liked 👍 bob', 'last'])
  })

  it('a copy that stays is not taken for the original', () => {
    const timeline = live(...past, pub(8, message('gone', 'copy'), { user: 'eve' }))
    timeline.trim(1)
    timeline.prepend(timeline.open!, past, true)
    expect(rows(timeline)).toEqual(['[start]', '†', 'new*', 'liked 👍 bob', 'last', 'copy'])
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
    const other = `${pick(users)}${number}`
    // Now and then somebody copies an id.
    const id = random() < 0.1 ? other : `${user}${number}`
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

it('comes to the same state however much was live, how it was paged and what was trimmed', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const all = history(300, seed)
    const expected = rows(live(...all))
    for (const joined of [0, 150, 299, 300]) {
      for (const size of [7, 50]) {
        for (const trims of [[], [60], [200, 20], [250, 150, 60, 1]]) {
          const timeline = begin(joined)
          const due = new Set(trims)
          const trim = (offset: number) => due.delete(offset) && timeline.trim(size)
          all.slice(joined).forEach((one) => {
            timeline.add(one)
            trim(one.offset!)
          })
          for (let open = timeline.open; open; open = timeline.open) {
            const end = open.low - 1
            const from = Math.max(0, end - size)
            timeline.prepend(open, all.slice(from, end), from === 0)
            trim(from)
          }
          expect(rows(timeline)).toEqual(expected)
        }
      }
    }
  }
})
