// Light, dark or the system's choice; one for the whole page, however many buttons change it.
// public/theme.js sets the first paint by the same rule and the same key; this keeps it true afterwards.
import { computed, effectScope, watchEffect } from 'vue'
import { useMediaQuery } from './useMediaQuery'
import { useStored } from './useStored'

export type ThemeChoice = 'system' | 'light' | 'dark'
const choices: ThemeChoice[] = ['system', 'light', 'dark']
const isChoice = (value: unknown): value is ThemeChoice => choices.includes(value as ThemeChoice)

function createTheme() {
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)')
  const choice = useStored<ThemeChoice>('parley.theme', 'system', isChoice)
  const theme = computed(() =>
    choice.value === 'system' ? (systemDark.value ? 'dark' : 'light') : choice.value,
  )

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value
    const color = getComputedStyle(document.documentElement).getPropertyValue('--bg').trim()
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', color)
  })

  function next() {
    choice.value = choices[(choices.indexOf(choice.value) + 1) % choices.length]!
  }

  return { choice, next }
}

let theme: ReturnType<typeof createTheme> | undefined

export const useTheme = () => (theme ??= effectScope(true).run(createTheme)!)
