import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { testI18n } from '@/testing/i18n'
import type { Conversation, SendState } from './model'
import OutboxBar from './OutboxBar.vue'
import { fakeConversation, fakeMessage, rowOf } from './testing/fakeChat'

const i18n = await testI18n()

function bar(...states: SendState[]) {
  const conversation = fakeConversation()
  conversation.rows.value = states.map((state) => rowOf(fakeMessage({ mine: true, state })))
  conversation.failed.value = states.filter((state) => state === 'failed').length
  conversation.waiting.value = states.length - conversation.failed.value
  const props = { conversation: conversation as Conversation }
  return mount(OutboxBar, { props, global: { plugins: [i18n] } }).text()
}

it('says how many "discard all" means: what failed, and what waits behind it', () => {
  expect(bar('failed')).toMatch(/^1 message was not sent\.\s*Retry all/)
  expect(bar('failed', 'queued', 'queued')).toContain(
    '1 message was not sent. 2 more wait behind it.',
  )
})

it('counts what waits, not what is on its way', () => {
  expect(bar('queued', 'queued')).toBe('2 messages wait to be sent.')
  expect(bar('queued')).toBe('')
  expect(bar('sending', 'sending')).toBe('')
})
