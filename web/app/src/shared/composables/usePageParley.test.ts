import { mount } from '@vue/test-utils'
import { useParley, type Parley } from '@parley/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { h, onScopeDispose } from 'vue'
import { unknownServer } from '@/shared/api/serverInfo'
import { resetIdentity, useIdentity } from './useIdentity'
import { useLine } from './useLine'
import { providePageParley, useOnce } from './usePageParley'
import { useServerInfo } from './useServerInfo'

vi.mock('./useServerInfo')

const urls: string[] = []

class SilentSocket extends EventTarget {
  constructor(url: string) {
    super()
    urls.push(url)
  }
  close() {}
}

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  resetIdentity()
  urls.length = 0
  vi.mocked(useServerInfo).mockReturnValue(unknownServer)
  vi.stubGlobal('WebSocket', SilentSocket)
})

afterEach(() => vi.unstubAllGlobals())

function mountPage(use: () => void) {
  const Page = { setup: () => (use(), () => h('p')) }
  return mount({ setup: () => (providePageParley(), () => [h(Page), h(Page)]) })
}

it('connects by name, and the page’s pill shows that line', () => {
  useIdentity().signIn('lisi')
  let parley: Parley | undefined
  const page = mountPage(() => {
    parley = useParley()
    expect(useLine()?.status).toBe(parley.status)
  })
  parley!.connect()
  expect(urls).toEqual([expect.stringMatching(/^ws:.*\/connection\/websocket\?username=lisi$/)])
  page.unmount()
  expect(parley!.status.value.state).toBe('idle')
})

it('works for nobody, too', () => {
  mountPage(() => useParley().connect())
  expect(urls[0]).toMatch(/\/connection\/websocket$/)
})

it('makes a store once for all pages, and ends it with the line', () => {
  const ended = vi.fn()
  const make = vi.fn(() => {
    onScopeDispose(ended)
    return {}
  })
  const name = Symbol('store')
  const got: object[] = []
  const page = mountPage(() => got.push(useOnce(name, make)))
  expect(make).toHaveBeenCalledTimes(1)
  expect(got).toHaveLength(2)
  expect(got[0]).toBe(got[1])
  expect(ended).not.toHaveBeenCalled()
  page.unmount()
  expect(ended).toHaveBeenCalledTimes(1)
})
