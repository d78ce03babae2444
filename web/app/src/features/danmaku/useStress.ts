// The stress test: invents comments, as many a second as the slider says, for this screen alone. What
// the renderer cannot show it sheds; the figures say how many.
import { ref, type Ref } from 'vue'
import type { Mode, Size } from '@parley/danmaku'
import { useI18n } from 'vue-i18n'
import type { Film } from './useFilm'
import type { Flow } from './useFlow'
import type { Screen } from './useScreen'

/** The slider's stops. */
export const LOADS = [0, 10, 30, 100, 200, 500, 1000, 2000, 5000, 10_000] as const

const colors = [
  '#ffffff',
  '#ffffff',
  '#ffffff',
  '#fe4b4b',
  '#ffd84a',
  '#5fd35f',
  '#59b6ff',
  '#ff8fd2',
]
/** Most fly; so many of a hundred stand. */
const STANDING = 4
const modeOf = (n: number): Mode => (n % 100 < STANDING ? (n % 2 ? 'top' : 'bottom') : 'scroll')
const sizes: Size[] = ['medium', 'medium', 'medium', 'medium', 'small', 'large']

export function useStress(film: Film, screen: Screen, flow: Flow): { load: Ref<number> } {
  const { t, locale } = useI18n()
  const load = ref(0)
  let due = 0
  let last = performance.now()
  let sent = 0

  film.onFrame(() => {
    const now = performance.now()
    // After a pause of the page the missed ones are not made up for.
    due += (Math.min(now - last, 100) / 1000) * (screen.still.value ? 0 : load.value)
    last = now
    if (due < 1) return
    const count = Math.floor(due)
    due -= count
    flow.count(count)
    const words = wordsOf()
    for (let n = 0; n < count; n++) screen.emit(invent(words))
  })

  let known: { locale: string; words: string[] } = { locale: '', words: [] }
  function wordsOf() {
    if (known.locale !== locale.value) {
      known = { locale: locale.value, words: t('danmaku.stress.words').split(' / ') }
    }
    return known.words
  }

  function invent(words: string[]) {
    const n = sent++
    // Far from each other, so that neighbours differ.
    const word = words[(n * 7) % words.length]!
    return {
      id: `stress-${n}`,
      text: n % 3 === 0 ? word : `${word} ${n % 1000}`,
      color: colors[(n * 5) % colors.length]!,
      mode: modeOf(n * 37),
      size: sizes[(n * 5) % sizes.length]!,
    }
  }

  return { load }
}
