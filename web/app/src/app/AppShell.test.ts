import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { unknownServer, type ServerInfo } from '@/shared/api/serverInfo'
import { resetIdentity, useIdentity } from '@/shared/composables/useIdentity'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { testI18n } from '@/testing/i18n'
import AppShell from './AppShell.vue'

vi.mock('@/shared/composables/useServerInfo')

const urls: string[] = []

class SilentSocket extends EventTarget {
  constructor(url: string) {
    super()
    urls.push(url)
  }
  close() {}
}

const part = (value: object) => btoa(JSON.stringify(value))
const tokenOf = (sub: string) => `${part({ alg: 'HS256' })}.${part({ sub })}.signature`

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  resetIdentity()
  urls.length = 0
  vi.stubGlobal('WebSocket', SilentSocket)
})

afterEach(() => vi.unstubAllGlobals())

async function open(mode: ServerInfo['mode']) {
  vi.mocked(useServerInfo).mockReturnValue({ ...unknownServer, mode })
  const page = { render: () => h('p', { id: 'inside' }) }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: page, meta: { identity: true } },
      { path: '/:rest(.*)*', component: page },
    ],
  })
  await router.push('/')
  const shell = mount(AppShell, { global: { plugins: [router, await testI18n()] } })
  await flushPromises()
  return shell
}

it('asks for a name once, and knows it in the next session', async () => {
  const first = await open('development')
  expect(first.find('#inside').exists()).toBe(false)
  await first.find('input[name=nickname]').setValue('lisi')
  await first.find('form').trigger('submit')
  expect(first.find('#inside').exists()).toBe(true)
  first.unmount()
  resetIdentity()
  expect((await open('development')).find('#inside').exists()).toBe(true)
})

it('asks for the token where the server wants one, also who has a name from before', async () => {
  localStorage.setItem('parley.name', '"lisi"')
  sessionStorage.setItem('parley.window.name', 'lisi')
  const shell = await open('token')
  expect(shell.find('#inside').exists()).toBe(false)
  expect(urls).toEqual([])
  await shell.find('input[name=token]').setValue(tokenOf('zhangsan'))
  await shell.find('form').trigger('submit')
  expect(shell.find('#inside').exists()).toBe(true)
  expect(useIdentity().name.value).toBe('zhangsan')
  expect(urls).toHaveLength(1)
})
