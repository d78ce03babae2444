import { mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { testI18n } from '@/testing/i18n'
import MessageComposer from './MessageComposer.vue'
import type { RoomSession } from './roomSession'

const i18n = await testI18n()
const say = vi.fn(() => true)
const touchTyping = vi.fn()
const session = (room = 'r') => ({ room, user: 'me', say, touchTyping }) as unknown as RoomSession

beforeEach(() => {
  vi.clearAllMocks()
  say.mockReturnValue(true)
})

function open(to: string | null = null) {
  const wrapper = mount(MessageComposer, {
    props: { session: session(), to },
    global: { plugins: [i18n] },
  })
  return { wrapper, field: wrapper.get('textarea') }
}

it('sends on Enter and clears the field', async () => {
  const { field } = open()
  await field.setValue('hi')
  await field.trigger('keydown', { key: 'Enter' })
  expect(say).toHaveBeenCalledExactlyOnceWith('hi', undefined)
  expect(field.element.value).toBe('')
})

it('breaks the line on Shift+Enter', async () => {
  const { field } = open()
  await field.setValue('hi')
  await field.trigger('keydown', { key: 'Enter', shiftKey: true })
  expect(say).not.toHaveBeenCalled()
})

it.each([{ isComposing: true }, { keyCode: 229 }])(
  'leaves the Enter of an input method alone: %o',
  async (sign) => {
    const { field } = open('lisi')
    await field.setValue('ni hao')
    await field.trigger('keydown', { key: 'Enter', ...sign })
    expect(say).not.toHaveBeenCalled()
    expect(field.element.value).toBe('ni hao')
  },
)

it('sends nothing that is empty', async () => {
  const { field } = open()
  await field.setValue(' \n ')
  await field.trigger('keydown', { key: 'Enter' })
  expect(say).not.toHaveBeenCalled()
})

it('keeps the text and says why when too much is waiting', async () => {
  say.mockReturnValue(false)
  const { wrapper, field } = open()
  await field.setValue('hi')
  await field.trigger('keydown', { key: 'Enter' })
  expect(field.element.value).toBe('hi')
  expect(wrapper.get('[role=alert]').text()).toContain('200')
})

it('writes to one person until Escape, and tells nobody that it types', async () => {
  const { wrapper, field } = open('lisi')
  await field.setValue('psst')
  expect(touchTyping).not.toHaveBeenCalled()
  await field.trigger('keydown', { key: 'Enter' })
  expect(say).toHaveBeenCalledWith('psst', 'lisi')
  await field.trigger('keydown', { key: 'Escape' })
  expect(wrapper.emitted('update:to')).toEqual([[null]])
})

it('tells the room that it types', async () => {
  const { field } = open()
  await field.setValue('h')
  expect(touchTyping).toHaveBeenCalled()
})

it('keeps a draft per room', async () => {
  const { wrapper, field } = open()
  await field.setValue('unfinished')
  await wrapper.setProps({ session: session('other') })
  await nextTick()
  expect(field.element.value).toBe('')
  await wrapper.setProps({ session: session('r') })
  await nextTick()
  expect(field.element.value).toBe('unfinished')
})
