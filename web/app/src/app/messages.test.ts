import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { loadMessages } from './messages'

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat.set(prefix + key, value)
    else flatten(value, `${prefix}${key}.`).forEach((text, name) => flat.set(name, text))
  }
  return flat
}

const [en, zh] = await Promise.all([loadMessages('en'), loadMessages('zh')])
const english = flatten(en as Tree)
const chinese = flatten(zh as Tree)
const holes = (text: string) => new Set(text.match(/\{\w+\}/g))

it('has the same keys in both languages', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
})

it('has the same placeholders in both languages', () => {
  for (const [key, text] of english) expect(holes(chinese.get(key)!), key).toEqual(holes(text))
})

it('leaves nothing empty and every message compiles', () => {
  const i18n = createI18n({ legacy: false, locale: 'en', messages: { en, zh } })
  const fails = (key: string, text: string, locale: 'en' | 'zh') => {
    const filled = Object.fromEntries([...holes(text)].map((hole) => [hole.slice(1, -1), 1]))
    try {
      return i18n.global.t(key, { n: 1, ...filled }, { locale }).trim() === ''
    } catch {
      return true
    }
  }
  const broken = (texts: Map<string, string>, locale: 'en' | 'zh') =>
    [...texts].filter(([key, text]) => fails(key, text, locale)).map(([key]) => key)
  expect(broken(english, 'en')).toEqual([])
  expect(broken(chinese, 'zh')).toEqual([])
})

it('has every key that the page asks for by name', () => {
  const source = join(import.meta.dirname, '..')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  const used = files
    .filter((file) => /\.(vue|ts)$/.test(file) && !file.includes('.test.'))
    .flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(/\bt\('([\w.]+)'/g)])
    .map((match) => match[1]!)
  expect(used.length).toBeGreaterThan(30)
  expect(used.filter((key) => !english.has(key))).toEqual([])
})
