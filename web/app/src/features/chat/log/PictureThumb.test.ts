import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import PictureThumb from './PictureThumb.vue'

const file = { url: '/files/1/a.png', name: 'a.png', type: 'image/png', size: 1 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('asks again after each refusal, later and later, and gives up in the end', async () => {
  const page = mount(PictureThumb, { props: { file } })
  for (const longest of [1500, 3000, 6000]) {
    const { element } = page.get('img')
    await page.get('img').trigger('error')
    await vi.advanceTimersByTimeAsync(longest / 3 - 1)
    expect(page.get('img').element).toBe(element)
    await vi.advanceTimersByTimeAsync(longest)
    expect(page.get('img').element).not.toBe(element)
    expect(page.emitted('broken')).toBeUndefined()
  }
  await page.get('img').trigger('error')
  expect(page.emitted('broken')).toHaveLength(1)
})

it('asks no more once it is out of sight', async () => {
  const page = mount(PictureThumb, { props: { file } })
  await page.get('img').trigger('error')
  page.unmount()
  expect(vi.getTimerCount()).toBe(0)
})
