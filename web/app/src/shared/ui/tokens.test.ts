// The promise of tokens.css: text is readable (AA, 4.5:1) on everything it stands on, and signs and
// borders that carry meaning can be seen (3:1), in both themes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1]!, m[2]!.trim()]))
}

const light = tokensOf(':root')
const themes = { light, dark: new Map([...light, ...tokensOf(":root[data-theme='dark']")]) }

function colorOf(theme: Map<string, string>, name: string): string {
  const value = theme.get(name) ?? ''
  const reference = /^var\(--([\w-]+)\)$/.exec(value)
  return reference ? colorOf(theme, reference[1]!) : value
}

function luminance(hex: string): number {
  expect(hex).toMatch(/^#[0-9a-f]{6}$/)
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright! + 0.05) / (dark! + 0.05)
}

const grounds = ['bg', 'surface', 'raised', 'hover']
const hues = Array.from({ length: 8 }, (_, n) => `hue-${n}`)
const text: [string, string[]][] = [
  ['text', [...grounds, 'bubble', 'direct']],
  ['text-soft', grounds],
  ['accent-text', ['accent-soft', 'surface']],
  ['on-accent', ['accent', 'accent-hover']],
  ['direct-text', ['direct', 'surface']],
  ['ok-text', ['ok-soft']],
  ['warn-text', ['warn-soft']],
  ['bad-text', ['bad-soft', 'surface']],
  ['quiet-text', ['quiet-soft']],
  ['on-hue', hues],
]
const signs: [string, string[]][] = [
  ['ok', ['ok-soft', 'raised']],
  ['warn', ['warn-soft', 'raised']],
  ['bad', ['bad-soft', 'raised']],
  ['field-line', ['surface']],
  ['accent-text', ['bg', 'surface']],
]

describe.each(Object.entries(themes))('%s theme', (_, theme) => {
  const pairs = (list: [string, string[]][]) =>
    list.flatMap(([front, backs]) => backs.map((back) => [front, back] as const))

  it.each(pairs(text))('%s on %s is readable', (front, back) => {
    expect(contrast(colorOf(theme, front), colorOf(theme, back))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(pairs(signs))('%s on %s can be seen', (front, back) => {
    expect(contrast(colorOf(theme, front), colorOf(theme, back))).toBeGreaterThanOrEqual(3)
  })
})
