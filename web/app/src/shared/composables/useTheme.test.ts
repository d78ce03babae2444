import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { testI18n } from '@/testing/i18n'
import ThemeToggle from '@/shared/ui/ThemeToggle.vue'

/** The system's scheme, as far as useTheme looks at it. */
class Scheme extends EventTarget {
  matches = false
  become(dark: boolean) {
    this.matches = dark
    this.dispatchEvent(new Event('change'))
  }
}

it('is one choice, however many buttons there are for it', async () => {
  const scheme = new Scheme()
  vi.stubGlobal('matchMedia', () => scheme)
  const plugins = [await testI18n()]
  const [rail, page] = [0, 1].map(() => mount(ThemeToggle, { global: { plugins } }))
  const root = document.documentElement.dataset

  await page!.trigger('click')
  expect(root.theme).toBe('light')
  expect(rail!.attributes('aria-label')).toBe('Theme: light')
  page!.unmount()
  scheme.become(true)
  await nextTick()
  expect(root.theme).toBe('light')

  await rail!.trigger('click')
  await rail!.trigger('click')
  expect(root.theme).toBe('dark')
  scheme.become(false)
  await nextTick()
  expect(root.theme).toBe('light')
  vi.unstubAllGlobals()
})
