import { expect, it } from 'vitest'
import { createRefs } from './refs'
import { roomPath, roomUrl } from './wire'

it('knows the address of a room', () => {
  expect(roomPath('echo')).toBe('/echo')
  expect(roomPath('周会/a b')).toBe('/room/%E5%91%A8%E4%BC%9A%2Fa%20b')
  expect(roomUrl('http://host:8000', 'echo', 'a&b')).toBe(
    'ws://host:8000/echo?format=json&username=a%26b',
  )
  expect(roomUrl('http://host', 'echo', 'a', 't&t')).toContain('&token=t%26t')
  expect(roomUrl('https://host', 'x', 'me')).toMatch(/^wss:\/\/host\/room\/x\?/)
})

it('makes refs that are unique and short enough for the wire', () => {
  const [one, other] = [createRefs(), createRefs()]
  const refs = [one(), one(), other(), other()]
  expect(new Set(refs).size).toBe(4)
  for (const ref of refs) expect(ref.length).toBeLessThanOrEqual(64)
})
