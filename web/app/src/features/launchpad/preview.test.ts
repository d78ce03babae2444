import { expect, it } from 'vitest'
import { withPublication, type Heard, type Line } from './preview'

const heard = (data: unknown, user = 'ann', place = 'e-1'): Heard => ({
  data,
  user,
  time: 7,
  place,
})
const after = (...all: Heard[]) =>
  all.reduce<Line[]>((lines, one) => withPublication(lines, one, 3), [])
const texts = (lines: Line[]) => lines.map(({ name, text }) => `${name}: ${text}`)

it('shows messages, comments, and the words of those who know no schema', () => {
  const lines = after(
    heard({ type: 'message', id: '1', text: 'hello' }),
    heard({ type: 'comment', id: '2', text: 'wow' }, 'bob'),
    heard('hi from curl', '', 'e-3'),
    heard({ text: 'no type' }, 'cy', 'e-4'),
  )
  expect(texts(lines)).toEqual(['bob: wow', ': hi from curl', 'cy: no type'])
})

it('names a back end as it names itself, but never a user', () => {
  const data = { type: 'message', id: '1', text: 'shipped', name: 'Shop' }
  expect(after(heard(data, ''))[0]!.name).toBe('Shop')
  expect(after(heard(data, 'eve'))[0]!.name).toBe('eve')
})

it('applies the author’s own edits and deletions, nobody else’s', () => {
  const said = heard({ type: 'message', id: '1', text: 'teh' })
  expect(after(said, heard({ type: 'edit', id: '1', text: 'the' }))[0]!.text).toBe('the')
  expect(after(said, heard({ type: 'edit', id: '1', text: 'no' }, 'eve'))[0]!.text).toBe('teh')
  expect(after(said, heard({ type: 'delete', id: '1' }, 'eve'))).toHaveLength(1)
  expect(after(said, heard({ type: 'delete', id: '1' }))).toEqual([])
})

it('shows a message once, and passes over what it does not know', () => {
  const said = heard({ type: 'message', id: '1', text: 'once' })
  const lines = after(
    said,
    said,
    heard({ type: 'reaction', id: '1', emoji: '👍' }),
    heard(42),
    heard(null),
  )
  expect(texts(lines)).toEqual(['ann: once'])
})
