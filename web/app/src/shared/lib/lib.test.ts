import { expect, it } from 'vitest'
import { hueOf, HUES } from './hue'
import { isImeKey } from './ime'

it('knows the Enter of an input method, Safari’s too', () => {
  expect(isImeKey({ isComposing: true, keyCode: 13 })).toBe(true)
  expect(isImeKey({ isComposing: false, keyCode: 229 })).toBe(true)
  expect(isImeKey({ isComposing: false, keyCode: 13 })).toBe(false)
})

it('gives the same person the same colour', () => {
  expect(hueOf('lisi')).toBe(hueOf('lisi'))
  for (const name of ['', 'a', '张三', '🎉']) expect(hueOf(name)).toBeLessThan(HUES)
})
