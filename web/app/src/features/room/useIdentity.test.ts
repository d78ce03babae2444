import { beforeEach, expect, it } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { useIdentity } from './useIdentity'

beforeEach(() => localStorage.clear())

function at(address: string) {
  history.replaceState(null, '', address)
  return effectScope().run(useIdentity)!
}

it('takes the room from the address', () => {
  expect(at('/').room.value).toBe('echo')
  expect(at('/echo').room.value).toBe('echo')
  expect(at('/room/%E5%91%A8%E4%BC%9A').room.value).toBe('周会')
  expect(at('/room/%zz').room.value).toBe('echo')
  expect(at('/room/a%2Fb%09').room.value).toBe('ab')
  expect(location.pathname).toBe('/room/ab')
})

it('remembers name and rooms, and the address follows the room', async () => {
  const identity = at('/')
  expect(identity.name.value).toBe('')
  identity.rename('lisi')
  identity.enter('team')
  await nextTick()
  expect(location.pathname).toBe('/room/team')
  const later = at('/')
  expect(later.name.value).toBe('lisi')
  expect(later.recent.value).toEqual(['echo', 'team'])
  later.forgetRoom('team')
  expect(later.recent.value).toEqual(['echo'])
})

it('keeps the newest rooms when there are many', () => {
  const identity = at('/')
  for (let n = 0; n < 20; n++) identity.enter(`r${n}`)
  expect(identity.recent.value).toHaveLength(8)
  expect(identity.recent.value.at(-1)).toBe('r19')
})

it('lets the address name this window only', async () => {
  at('/').rename('zhangsan')
  await nextTick()
  const guest = at('/echo?username=lisi')
  expect(guest.name.value).toBe('lisi')
  guest.enter('team')
  expect(location.search).toBe('?username=lisi')
  guest.rename('wangwu')
  await nextTick()
  expect(at('/').name.value).toBe('zhangsan')
})

it('keeps within what the server takes, in any script', () => {
  const identity = at('/')
  identity.rename('名'.repeat(99) + '\n')
  identity.enter('间'.repeat(99))
  const bytes = (text: string) => new TextEncoder().encode(text).length
  expect(bytes(identity.name.value)).toBeLessThanOrEqual(128)
  expect(bytes(identity.room.value)).toBeLessThanOrEqual(255)
})

it('passes a token on and keeps it in the address', () => {
  const identity = at('/echo?username=lisi&token=t0k3n')
  identity.enter('team')
  expect(identity.token).toBe('t0k3n')
  expect(location.search).toContain('token=t0k3n')
})

it('survives rubbish in the storage', () => {
  localStorage.setItem('parley.rooms', '{"a":1}')
  localStorage.setItem('parley.name', 'not json')
  const identity = at('/')
  expect(identity.name.value).toBe('')
  expect(identity.recent.value).toEqual(['echo'])
})
