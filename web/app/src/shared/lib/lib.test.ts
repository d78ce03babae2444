import { expect, it } from 'vitest'
import { hueOf, HUES } from './hue'
import { isImeKey } from './ime'
import { splitLinks } from './links'

it('knows the Enter of an input method, Safari’s too', () => {
  expect(isImeKey({ isComposing: true, keyCode: 13 })).toBe(true)
  expect(isImeKey({ isComposing: false, keyCode: 229 })).toBe(true)
  expect(isImeKey({ isComposing: false, keyCode: 13 })).toBe(false)
})

it('finds web links and nothing else', () => {
  expect(splitLinks('see https://a.example/x?y=1, then (http://b.example).')).toEqual([
    { text: 'see ' },
    { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
    { text: ', then (' },
    { text: 'http://b.example', href: 'http://b.example' },
    { text: ').' },
  ])
  expect(splitLinks('数据在https://a.example/7，请看')[1]?.text).toBe('https://a.example/7')
  expect(splitLinks('javascript:alert(1) <b>')).toEqual([{ text: 'javascript:alert(1) <b>' }])
  expect(splitLinks('')).toEqual([])
})

it('gives the same person the same colour', () => {
  expect(hueOf('lisi')).toBe(hueOf('lisi'))
  for (const name of ['', 'a', '张三', '🎉']) expect(hueOf(name)).toBeLessThan(HUES)
})
