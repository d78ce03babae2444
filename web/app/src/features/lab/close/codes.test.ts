import { expect, it } from 'vitest'
import { questions, choices } from '../quiz/questions'
import { lessons } from '../sections'
import { closeCodes, isOwnCode, outOfReach, tryable } from './codes'

const locales = import.meta.glob('../locales/*.json')

it('lists each code once, to be tried or with the reason why not', () => {
  const codes = closeCodes.map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  expect(tryable.length + outOfReach.length).toBe(codes.length)
})

it('lets applications use 3000 to 4999', () => {
  expect([2999, 3000, 4999, 5000, 3000.5, Number.NaN].map(isOwnCode)).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ])
})

it.each(['en', 'zh'] as const)('has words for all of it (%s)', async (language) => {
  const { default: words } = (await locales[`../locales/${language}.json`]!()) as {
    default: object
  }
  const has = (path: string) =>
    typeof path
      .split('.')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], words) === 'string'
  const keys = [
    ...closeCodes.flatMap(({ code, who, again }) => [
      `close.meaning.${code}`,
      `close.who.${who}`,
      `close.again.${again}`,
    ]),
    ...outOfReach.map(({ code }) => `close.why.${code}`),
    ...questions.flatMap(({ name }) =>
      ['text', 'why', ...choices].map((part) => `quiz.${name}.${part}`),
    ),
    ...lessons.flatMap(({ name }) =>
      ['short', 'title', 'lead', 'explain'].map((part) => `${name}.${part}`),
    ),
  ]
  expect(keys.filter((key) => !has(key))).toEqual([])
})
