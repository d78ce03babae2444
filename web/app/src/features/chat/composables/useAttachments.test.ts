import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { h, shallowRef } from 'vue'
import { unknownServer } from '@/shared/api/serverInfo'
import { forget, upload, UploadError, type UploadOptions } from '@/shared/api/uploads'
import { providePageParley } from '@/shared/composables/usePageParley'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { testI18n } from '@/testing/i18n'
import type { Attachments } from './attachments'
import { useAttachments } from './useAttachments'

vi.mock('@/shared/composables/useServerInfo')
vi.mock('@/shared/api/uploads', async (original) => ({
  ...(await original<object>()),
  upload: vi.fn(),
  forget: vi.fn(),
}))

const i18n = await testI18n()
const room = shallowRef('tea')
let page: VueWrapper
let tray: Attachments
let all: ReturnType<typeof useAttachments>
/** Ends each upload as a test says. */
const uploads = new Map<string, { done(): void; fail(): void; signal: AbortSignal }>()

function waitForTest(content: Blob, { name, signal }: UploadOptions) {
  const { size, type } = content
  return new Promise<{ id: string; url: string; name: string; type: string; size: number }>(
    (resolve, reject) => {
      const done = () => resolve({ id: name, url: `/files/${name}`, name, type, size })
      const fail = () => reject(new UploadError(500))
      signal.addEventListener('abort', fail)
      uploads.set(name, { done, fail, signal })
    },
  )
}

beforeEach(() => {
  const files = { path: '/files', max_bytes: 100, chunk_bytes: 10, types: [] }
  vi.mocked(useServerInfo).mockReturnValue({ ...unknownServer, mode: 'token', files })
  vi.mocked(upload).mockReset().mockImplementation(waitForTest)
  vi.mocked(forget).mockClear()
  uploads.clear()
  room.value = 'tea'
  const Composer = {
    setup() {
      all = useAttachments()
      tray = all.of(room.value)
      return () => null
    },
  }
  const Page = {
    setup() {
      providePageParley()
      return () => h(Composer, { key: room.value })
    },
  }
  page = mount(Page, { global: { plugins: [i18n] } })
})

afterEach(() => page.unmount())

const attach = (...names: string[]) => tray.add(names.map((name) => new File(['x'], name)))
const states = () => tray.items.value.map(({ name, state }) => `${name} ${state}`)

async function goTo(channel: string) {
  room.value = channel
  await page.vm.$nextTick()
}

it('stays with its conversation, and goes on being sent, while another is looked at', async () => {
  attach('plan.txt', 'list.txt')
  await vi.waitFor(() => expect(uploads.size).toBe(2))
  uploads.get('plan.txt')!.done()
  await vi.waitFor(() => expect(states()[0]).toBe('plan.txt done'))
  await goTo('lobby')
  expect(states()).toEqual([])
  uploads.get('list.txt')!.done()
  await goTo('tea')
  await vi.waitFor(() => expect(states()).toEqual(['plan.txt done', 'list.txt done']))
  expect(tray.ready.value.map(({ url }) => url)).toEqual(['/files/plan.txt', '/files/list.txt'])
  expect(forget).not.toHaveBeenCalled()
})

it.each([
  ['is left', () => all.drop('tea')],
  ['ends with the line', () => page.unmount()],
])('is taken back when the conversation %s', async (_, end) => {
  attach('plan.txt', 'list.txt')
  await vi.waitFor(() => expect(uploads.size).toBe(2))
  uploads.get('plan.txt')!.done()
  await vi.waitFor(() => expect(states()[0]).toBe('plan.txt done'))
  end()
  expect(forget).toHaveBeenCalledTimes(1)
  expect(uploads.get('list.txt')!.signal.aborted).toBe(true)
})

it('keeps what failed when a message takes the rest, to be tried again', async () => {
  attach('plan.txt', 'list.txt')
  tray.add([new File(['x'.repeat(101)], 'big.txt')])
  expect(states()).toEqual(['plan.txt sending', 'list.txt sending', 'big.txt refused'])
  await vi.waitFor(() => expect(uploads.size).toBe(2))
  uploads.get('plan.txt')!.done()
  uploads.get('list.txt')!.fail()
  await vi.waitFor(() => expect(tray.busy.value).toBe(false))
  tray.clear()
  expect(states()).toEqual(['list.txt failed'])
  expect(forget).not.toHaveBeenCalled()
  tray.retry(tray.items.value[0]!.key)
  await vi.waitFor(() => expect(upload).toHaveBeenCalledTimes(3))
  uploads.get('list.txt')!.done()
  await vi.waitFor(() => expect(tray.ready.value).toHaveLength(1))
})
