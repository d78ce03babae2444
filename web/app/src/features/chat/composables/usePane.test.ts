import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { h, ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { fakeChat, fakeMessage, rowOf } from '../testing/fakeChat'
import { provideChat } from './useChat'
import { usePane } from './usePane'

/** A pane of the room "team", where `pages` come in from above one by one. */
async function open(pages: string[][], hash = '') {
  const chat = fakeChat()
  const conversation = chat.of('team')
  const show = vi.fn(() => true)
  const log = ref({ show, toBottom() {}, showUnread: () => false })
  conversation.hasOlder.value = true
  conversation.loadOlder = async () => {
    conversation.calls.push(['loadOlder'])
    const page = pages.shift()
    if (!page) return
    const rows = page.map((id) => rowOf(fakeMessage({ id })))
    conversation.rows.value = [...rows, ...conversation.rows.value]
    conversation.prepended.value++
  }
  const component = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component }],
  })
  await router.push(`/${hash}`)
  let pane!: ReturnType<typeof usePane>
  const inside = {
    setup: () => void (pane = usePane(conversation, log, ref(null), () => {})),
    render: () => null,
  }
  const outside = { setup: () => provideChat(chat), render: () => h(inside) }
  const wrapper = mount(outside, { global: { plugins: [router] } })
  const { jumpTo } = pane.context
  return { conversation, show, jumpTo, leave: () => wrapper.unmount() }
}

it('jumps to a message of an older page', async () => {
  const { jumpTo, show, conversation } = await open([['c'], ['b'], ['a']])
  expect(await jumpTo('b')).toBe(true)
  expect(show).toHaveBeenCalledWith('b')
  expect(conversation.calls).toHaveLength(2)
})

it('gives up when no page comes', async () => {
  const { jumpTo, show, conversation } = await open([['b']])
  expect(await jumpTo('a')).toBe(false)
  expect(show).not.toHaveBeenCalled()
  expect(conversation.calls).toHaveLength(2)
})

it('ends with the pane', async () => {
  const { jumpTo, leave, show, conversation } = await open([['c'], ['b'], ['a']])
  const jump = jumpTo('a')
  leave()
  expect(await jump).toBe(false)
  expect(show).not.toHaveBeenCalled()
  expect(conversation.calls).toHaveLength(1)
})

it('lets the newer of two jumps win', async () => {
  const { jumpTo, show } = await open([['c'], ['b'], ['a']])
  await Promise.all([jumpTo('a'), jumpTo('c')])
  expect(show.mock.calls).toEqual([['c']])
})

it('follows a link, whatever the id', async () => {
  const { show } = await open([['50%off']], `#m=${encodeURIComponent('50%off')}`)
  await vi.waitFor(() => expect(show).toHaveBeenCalledWith('50%off'))
})
