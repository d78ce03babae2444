import { beforeEach, expect, it, vi } from 'vitest'
import { computed, ref } from 'vue'
import { fakeConversation, fakeMessage, rowOf } from '../testing/fakeChat'
import type { ChatFile, Conversation } from '../model'
import { useComposer } from './useComposer'
import { useSettings } from './useSettings'

beforeEach(() => (useSettings().value.enterSends = true))

function open(conversation = fakeConversation()) {
  const attached = ref<ChatFile[]>([])
  const busy = ref(false)
  const clear = vi.fn(() => (attached.value = []))
  const files = { ready: computed(() => attached.value), busy, clear }
  const went = vi.fn()
  const composer = useComposer(conversation as Conversation, files, went)
  const press = (key: string, more: KeyboardEventInit & { keyCode?: number } = {}) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true, ...more })
    composer.onKeydown(event)
    return event
  }
  const sent = () => conversation.calls.filter(([verb]) => verb === 'send').map(([, what]) => what)
  return { conversation, composer, attached, busy, press, sent, went }
}

it('sends on Enter, trimmed, and clears the field', () => {
  const { composer, press, sent, went } = open()
  composer.text.value = ' hi '
  expect(press('Enter').defaultPrevented).toBe(true)
  expect(sent()).toEqual([{ text: 'hi', reply: null, files: [] }])
  expect(went).toHaveBeenCalledOnce()
  expect(composer.text.value).toBe('')
})

it.each([{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }])(
  'does not send on %o',
  (more) => {
    const { composer, press, sent } = open()
    composer.text.value = 'ni hao'
    press('Enter', more)
    expect(sent()).toEqual([])
    expect(composer.text.value).toBe('ni hao')
  },
)

it('swaps the two by a setting; with Ctrl it always sends', () => {
  useSettings().value.enterSends = false
  const { composer, press, sent } = open()
  composer.text.value = 'hi'
  press('Enter')
  expect(sent()).toEqual([])
  press('Enter', { shiftKey: true })
  composer.text.value = 'again'
  press('Enter', { ctrlKey: true })
  expect(sent()).toHaveLength(2)
})

it('counts as the server and the reader do', () => {
  const { composer } = open()
  composer.text.value = '🎉'.repeat(4001)
  expect(composer.left.value).toBe(-2)
  expect(composer.sendable.value).toBe(false)
})

it('sends nothing that is empty, too long or still being uploaded; files alone are enough', () => {
  const { composer, press, sent, attached, busy } = open()
  for (const text of [' \n', 'x'.repeat(8001)]) {
    composer.text.value = text
    press('Enter')
  }
  expect(composer.left.value).toBe(-1)
  composer.text.value = ''
  attached.value = [{ url: '/files/1/a.png', name: 'a.png', type: 'image/png', size: 1 }]
  busy.value = true
  press('Enter')
  expect(sent()).toEqual([])
  busy.value = false
  press('Enter')
  expect(sent()).toHaveLength(1)
  expect(attached.value).toEqual([])
})

it('keeps the text and says why when it was not taken', () => {
  const { composer, conversation, press } = open()
  conversation.send = () => ({ key: 'queueFull', values: { max: 100 } })
  composer.text.value = 'hi'
  press('Enter')
  expect(composer.text.value).toBe('hi')
  expect(composer.problem.value?.key).toBe('queueFull')
  composer.text.value = 'hi!'
  expect(composer.problem.value).toBeNull()
})

it('edits the last own message with ↑, and gives the draft back', () => {
  const { composer, conversation, press, went } = open()
  const own = { mine: true, user: 'zhangsan' }
  conversation.rows.value = [
    rowOf(fakeMessage({ ...own, id: 'mine', text: 'teh' })),
    rowOf(fakeMessage({ ...own, id: 'gone', deleted: true })),
    rowOf(fakeMessage({ id: 'theirs' })),
  ]
  composer.text.value = 'a draft'
  press('ArrowUp')
  expect(composer.draft.value.editing).toBeNull()
  composer.text.value = ''
  press('ArrowUp')
  expect(composer.draft.value).toMatchObject({ text: 'teh', reply: null, editing: 'mine' })
  composer.text.value = 'the'
  press('Enter')
  expect(conversation.calls).toContainEqual(['edit', 'mine', 'the'])
  expect(went).not.toHaveBeenCalled()
  expect(composer.draft.value).toEqual({ text: '', reply: null, editing: null })

  composer.text.value = 'a draft'
  composer.edit('mine')
  expect(composer.cancel()).toBe(true)
  expect(composer.text.value).toBe('a draft')
  expect(composer.cancel()).toBe(false)
})

it('gives back what an edit replaced, the quote too, in a composer that comes later', () => {
  const { composer, conversation } = open()
  conversation.rows.value = ['mine', 'other', 'q'].map((id) => rowOf(fakeMessage({ id, text: id })))
  composer.reply('q')
  composer.text.value = 'a draft'
  const before = composer.draft.value
  composer.edit('mine')
  composer.edit('other')
  expect(composer.draft.value).toMatchObject({ text: 'other', reply: null, editing: 'other' })
  const later = open(conversation).composer
  expect(later.cancel()).toBe(true)
  expect(later.draft.value).toEqual(before)
})

it('replies with a quote of at most 140 characters', () => {
  const { composer, conversation, press, sent } = open()
  conversation.rows.value = [rowOf(fakeMessage({ id: 'q', text: '好'.repeat(200) }))]
  composer.reply('q')
  composer.text.value = 'yes'
  press('Enter')
  expect(sent()).toEqual([
    { text: 'yes', reply: { id: 'q', user: 'lisi', text: '好'.repeat(140) }, files: [] },
  ])
  expect(composer.draft.value.reply).toBeNull()
})

it('tells that somebody types, but not of an edit', () => {
  const { composer, conversation } = open()
  const told = () => conversation.calls.filter(([verb]) => verb === 'touchTyping').length
  composer.text.value = 'h'
  expect(told()).toBe(1)
  conversation.rows.value = [rowOf(fakeMessage({ id: 'mine', mine: true }))]
  composer.edit('mine')
  composer.text.value = 'hello!'
  expect(told()).toBe(1)
})
