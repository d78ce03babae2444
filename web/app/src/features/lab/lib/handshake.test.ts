import { afterEach, expect, it, vi } from 'vitest'
import { toHex, utf8 } from './bytes'
import { acceptSteps, GUID, isKey, keyBytes, randomKey, RFC_ACCEPT, RFC_KEY } from './handshake'
import { ownSha1, sha1 } from './sha1'

afterEach(() => vi.unstubAllGlobals())

it('comes to the result of the example in RFC 6455', async () => {
  const { joined, digest, accept } = await acceptSteps(RFC_KEY)
  expect(joined).toBe(RFC_KEY + GUID)
  expect(toHex(digest)).toBe('b37a4f2cc0624f1690f64606cf385945b2bec4ea')
  expect(accept).toBe(RFC_ACCEPT)
})

it('does so without crypto.subtle, as on a page from plain HTTP', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  expect((await acceptSteps(RFC_KEY)).accept).toBe(RFC_ACCEPT)
})

it.each([
  ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  ],
])('knows the test vectors of FIPS 180: "%s"', (text, digest) => {
  expect(toHex(ownSha1(utf8(text)))).toBe(digest)
})

it('agrees with the browser for every length around the blocks', async () => {
  for (let length = 50; length <= 130; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 0xff)
    expect(toHex(ownSha1(bytes)), `${length} bytes`).toBe(toHex(await sha1(bytes)))
  }
})

it('takes 16 bytes of base64 for a key and nothing else', () => {
  expect(isKey(RFC_KEY)).toBe(true)
  expect(keyBytes('c2hvcnQ=')).toBe(5)
  expect(keyBytes('not base64!')).toBeNull()
  expect(keyBytes(RFC_KEY.slice(0, -1)), 'without its padding').toBeNull()
  expect(isKey(randomKey())).toBe(true)
  expect(randomKey()).not.toBe(randomKey())
})
