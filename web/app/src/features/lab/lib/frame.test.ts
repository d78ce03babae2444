import { expect, it } from 'vitest'
import { toHex, utf8 } from './bytes'
import { applyMask, CLOSE, closePayload, encodeFrame, frameBytes, PING, TEXT } from './frame'

const hex = (...given: Parameters<typeof encodeFrame>) =>
  toHex(
    Uint8Array.from(encodeFrame(...given).cells, ({ byte }) => byte),
    ' ',
  )
const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

it('builds the examples of RFC 6455, 5.7', () => {
  expect(hex(TEXT, utf8('Hello'))).toBe('81 05 48 65 6c 6c 6f')
  expect(hex(TEXT, utf8('Hello'), key)).toBe('81 85 37 fa 21 3d 7f 9f 4d 51 58')
  expect(hex(PING, utf8('Hello'))).toBe('89 05 48 65 6c 6c 6f')
  expect(hex(0x2, new Uint8Array(256)).slice(0, 11)).toBe('82 7e 01 00')
  expect(hex(0x2, new Uint8Array(65536)).slice(0, 29)).toBe('82 7f 00 00 00 00 00 01 00 00')
})

it('builds a close frame of code and reason', () => {
  expect(hex(CLOSE, closePayload(1000, utf8('bye')))).toBe('88 05 03 e8 62 79 65')
})

it('names every bit and byte', () => {
  const { cells, bits, shortLength } = encodeFrame(TEXT, new Uint8Array(200), key)
  expect(bits.map(({ on }) => Number(on)).join('')).toBe('1000000111111110')
  expect(bits.map(({ field }) => field)[8]).toBe('mask')
  expect(shortLength).toBe(126)
  const named = (name: string) =>
    cells.filter(({ fields }) => fields.includes(name as never)).length
  expect([named('fin'), named('extended'), named('key'), named('payload')]).toEqual([1, 2, 4, 200])
})

it('unmasks with the same key', () => {
  expect(applyMask(applyMask(utf8('等一下'), key), key)).toEqual(utf8('等一下'))
})

it('knows the size without building the frame', () => {
  for (const size of [0, 1, 125, 126, 65535, 65536]) {
    for (const mask of [undefined, key]) {
      const built = encodeFrame(TEXT, new Uint8Array(size), mask).cells.length
      expect(frameBytes(size, !!mask)).toBe(built)
    }
  }
})
