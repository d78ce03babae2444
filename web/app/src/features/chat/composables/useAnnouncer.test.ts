import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { testI18n } from '@/testing/i18n'
import type { ChatMessage, Conversation } from '../model'
import { fakeConversation, fakeMessage, rowOf } from '../testing/fakeChat'
import { PAUSE_MS, useAnnouncer } from './useAnnouncer'

const i18n = await testI18n()
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function listen(state: 'loading' | 'ready' = 'ready') {
  const conversation = fakeConversation()
  conversation.state.value = state
  const wrapper = mount(
    {
      setup() {
        return { words: useAnnouncer(conversation as Conversation) }
      },
      render: () => null,
    },
    { global: { plugins: [i18n] } },
  )
  const say = async (...messages: Partial<ChatMessage>[]) => {
    for (const message of messages) {
      conversation.rows.value = [...conversation.rows.value, rowOf(fakeMessage(message))]
      await nextTick()
    }
  }
  return { conversation, say, words: () => (wrapper.vm as unknown as { words: string }).words }
}

it('reads one or two aloud, and counts more', async () => {
  const { say, words } = listen()
  await say({ text: 'one' })
  await vi.advanceTimersByTimeAsync(PAUSE_MS)
  expect(words()).toBe('lisi: one')
  await say({ text: 'two' }, { text: 'three' }, { text: 'four' })
  expect(words()).toBe('lisi: one')
  await vi.advanceTimersByTimeAsync(PAUSE_MS)
  expect(words()).toBe('3 new messages')
})

it('says nothing of one’s own and of older ones', async () => {
  const { conversation, say, words } = listen()
  await say({ text: 'mine', mine: true })
  conversation.rows.value = [rowOf(fakeMessage({ text: 'older' })), ...conversation.rows.value]
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 2)
  expect(words()).toBe('')
})

it('hears what comes in one frame, above an own message that still waits', async () => {
  const { conversation, say, words } = listen()
  await say({ text: 'waits', mine: true, offset: null, state: 'queued' })
  const waiting = conversation.rows.value
  const both = ['one', 'two'].map((text) => rowOf(fakeMessage({ text })))
  conversation.rows.value = [...both, ...waiting]
  await vi.advanceTimersByTimeAsync(PAUSE_MS)
  expect(words()).toBe('lisi: one lisi: two')
})

it('is silent about what was said before the conversation was open', async () => {
  const { conversation, say, words } = listen('loading')
  conversation.state.value = 'ready'
  await say({ text: 'long ago' })
  await vi.advanceTimersByTimeAsync(PAUSE_MS)
  expect(words()).toBe('')
})
