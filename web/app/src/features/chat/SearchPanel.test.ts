import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { testI18n } from '@/testing/i18n'
import { FOUND_MAX, type Conversation } from './model'
import SearchPanel from './SearchPanel.vue'
import { fakeConversation, fakeMessage, rowOf } from './testing/fakeChat'

const i18n = await testI18n()
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function search(words: string) {
  const conversation = fakeConversation()
  const props = { conversation: conversation as Conversation }
  const page = mount(SearchPanel, { props, global: { plugins: [i18n] } })
  await page.get('input').setValue(words)
  const say = async (...texts: string[]) => {
    const rows = texts.map((text) => rowOf(fakeMessage({ text })))
    conversation.rows.value = [...conversation.rows.value, ...rows]
    await vi.advanceTimersByTimeAsync(1000)
  }
  return { page, say, sum: () => page.get('.sum').text() }
}

it('finds what comes in while it is open', async () => {
  const { say, sum } = await search('tea')
  expect(sum()).toBe('Nothing found')
  await say('coffee', 'tea')
  expect(sum()).toBe('1 message')
})

it('says that there is more than it lists', async () => {
  const { say, sum } = await search('tea')
  await say(...Array.from({ length: FOUND_MAX }, () => 'tea'))
  expect(sum()).toBe(`${FOUND_MAX}+ messages`)
})

it('closes on Escape, unless that is for the input method', async () => {
  const { page } = await search('nihao')
  await page.get('input').trigger('keydown', { key: 'Escape', keyCode: 229 })
  expect(page.emitted('close')).toBeUndefined()
  await page.get('input').trigger('keydown', { key: 'Escape' })
  expect(page.emitted('close')).toHaveLength(1)
})
