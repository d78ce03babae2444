import { beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { LineState } from '@parley/vue'
import { JOY_MS, PATIENCE_MS, useLineNotice } from './useLineNotice'

const state = ref<LineState>('connecting')
let notice: ReturnType<typeof useLineNotice>

beforeEach(() => {
  vi.useFakeTimers()
  state.value = 'connecting'
  notice = effectScope().run(() => useLineNotice(() => state.value))!
})

async function become(next: LineState) {
  state.value = next
  await nextTick()
}

it('says nothing about a blink', async () => {
  await become('connected')
  await become('waiting')
  vi.advanceTimersByTime(PATIENCE_MS - 1)
  await become('connecting')
  await become('connected')
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(notice.value).toBeNull()
})

it('speaks after two seconds, once for all attempts, and tells when it is back', async () => {
  await become('connected')
  await become('waiting')
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(notice.value).toBe('down')
  await become('connecting')
  await become('waiting')
  expect(notice.value).toBe('down')
  await become('connected')
  expect(notice.value).toBe('back')
  vi.advanceTimersByTime(JOY_MS)
  expect(notice.value).toBeNull()
})

it('speaks of connecting, not of a lost line, when it was never up', () => {
  vi.advanceTimersByTime(PATIENCE_MS)
  expect(notice.value).toBe('connecting')
})

it('does not call a slow first connection a return', async () => {
  vi.advanceTimersByTime(PATIENCE_MS)
  await become('connected')
  expect(notice.value).toBeNull()
})

it('speaks at once when the line is closed for good', async () => {
  await become('closed')
  expect(notice.value).toBe('closed')
  await become('connecting')
  expect(notice.value).toBeNull()
  await become('connected')
  expect(notice.value).toBeNull()
})
