// A row of the log: deletions that are refused, quotes that lie, and keys that do only what may be done.
import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { h, nextTick, shallowReactive } from 'vue'
import { testI18n } from '@/testing/i18n'
import { provideConversation, type ConversationContext } from '../composables/useConversation'
import type { ChatMessage } from '../model'
import { fakeConversation, fakeMessage, rowOf } from '../testing/fakeChat'
import MessageRow from './MessageRow.vue'

const i18n = await testI18n()
const mine = { user: 'zhangsan', mine: true }

function show(given: Partial<ChatMessage>, others: ChatMessage[] = []) {
  const conversation = fakeConversation()
  const message = fakeMessage(given)
  conversation.rows.value = [...others, message].map((one) => rowOf(one))
  const context = { conversation, jumpTo: vi.fn(), reply: vi.fn(), edit: vi.fn() }
  const row = { kind: 'message' as const, key: message.id, message, continues: false }
  const pinned: string | null = null
  const props = shallowReactive({ row, active: false, tabStop: true, flashed: false, pinned })
  const onPin = (key: string | null) => Object.assign(props, { pinned: key })
  document.body.innerHTML = '<main id="conversation"></main>'
  const setup = () => {
    provideConversation(context as unknown as ConversationContext)
    return () => h(MessageRow, { ...props, 'onUpdate:pinned': onPin })
  }
  const page = mount({ setup }, { global: { plugins: [i18n] } })
  return { conversation, context, page, props }
}

it('says that a deletion was refused, and offers to try again or to let it be', async () => {
  const problem = { key: 'notAllowed', values: {} }
  const { conversation, page } = show({ ...mine, id: 'd', deleted: true, state: 'failed', problem })
  expect(page.text()).toContain('This message was deleted')
  expect(page.text()).toContain('You may not write here')
  for (const button of page.findAll('.mark button')) await button.trigger('click')
  expect(conversation.calls).toEqual([
    ['retry', 'd'],
    ['discard', 'd'],
  ])
})

it('lets other rows have their menu when it is deleted under its own', async () => {
  const { page, props } = show({ ...mine, id: 'd' })
  Object.assign(props, { active: true, pinned: 'd' })
  await nextTick()
  expect(page.find('.toolbar').exists()).toBe(true)
  props.row = { ...props.row, message: { ...props.row.message, deleted: true } }
  await nextTick()
  expect(page.find('.toolbar').exists()).toBe(false)
  expect(props.pinned).toBeNull()
})

it('marks what has arrived, but not what was deleted', () => {
  expect(show(mine).page.find('.mark.sent').exists()).toBe(true)
  expect(
    show({ ...mine, deleted: true })
      .page.find('.mark')
      .exists(),
  ).toBe(false)
  expect(show({}).page.find('.mark').exists()).toBe(false)
})

it('quotes the message itself where it is loaded, whatever the answer says of it', () => {
  const reply = { id: 'x', user: 'Ann', text: 'I quit' }
  const quote = (...others: ChatMessage[]) => show({ reply }, others).page.get('.quote').text()
  expect(quote()).toBe('AnnI quit')
  expect(quote(fakeMessage({ id: 'x', user: 'Ann', text: 'I stay' }))).toBe('AnnI stay')
  expect(quote(fakeMessage({ id: 'x', user: 'Ann', text: '', deleted: true }))).toBe(
    'AnnThis message was deleted',
  )
})

it.each([
  ['one’s own', mine, ['reply', 'edit']],
  ['somebody else’s', {}, ['reply']],
  ['a comment of the danmaku', { ...mine, comment: true }, ['reply']],
  ['a deleted one', { ...mine, deleted: true }, []],
  ['one that waits', { ...mine, state: 'queued' as const }, []],
])('answers and edits by key: %s', async (_, given, expected) => {
  const { context, page } = show(given)
  for (const key of ['r', 'e']) await page.get('article').trigger('keydown', { key })
  const done = (['reply', 'edit'] as const).filter((verb) => context[verb].mock.calls.length > 0)
  expect(done).toEqual(expected)
})
