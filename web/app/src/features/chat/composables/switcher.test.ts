import { expect, it } from 'vitest'
import type { Chat } from '../model'
import { fakeChat, fakeSummary } from '../testing/fakeChat'
import { findTargets, fuzzy } from './switcher'
import { cleanRoom } from './useNavigation'

it('finds letters in their order, the closer the better', () => {
  expect(fuzzy('tea', 'team')).toBe(0)
  expect(fuzzy('am', 'team')).toBe(2)
  expect(fuzzy('tm', 'team')).toBeGreaterThan(fuzzy('am', 'team')!)
  expect(fuzzy('mt', 'team')).toBeNull()
  expect(fuzzy('周', '产品周会')).toBe(2)
})

it('offers conversations, people of the open room, and a room that would be new', () => {
  const chat = fakeChat('zhangsan', [
    fakeSummary({ channel: 'team', title: 'team' }),
    fakeSummary({ channel: 'tea', title: 'tea' }),
    fakeSummary({ channel: 'dm#ann,zhangsan', kind: 'dialog', title: 'ann' }),
  ])
  chat.open('team')
  const titles = (words: string) =>
    findTargets(chat as Chat, words).map(({ kind, title }) => `${kind} ${title}`)
  expect(titles('')).toEqual(['room team', 'room tea', 'dialog ann', 'dialog lisi'])
  expect(titles('tea')).toEqual(['room team', 'room tea'])
  expect(titles('@lisi')).toEqual(['dialog lisi', 'new lisi'])
  expect(titles('#brand new')).toEqual(['new brand new'])
})

it('cleans names of rooms of what belongs to the server', () => {
  expect(cleanRoom(' a/b#c:d,e$\u0000 ')).toBe('abcde')
  expect(cleanRoom('周会 2')).toBe('周会 2')
})
