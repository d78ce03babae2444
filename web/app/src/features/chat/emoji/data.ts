// The emoji of the page's language, loaded when first wanted; search by label, words and code.
import { shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'

export interface Emoji {
  group: number
  emoji: string
  label: string
  words: string
  code: string
}

/** The groups of Unicode, in their order; 2 (parts of emoji) is no group to choose from. */
export const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const

const loaded = new Map<string, Promise<readonly Emoji[]>>()

export function loadEmoji(language: string): Promise<readonly Emoji[]> {
  const kept = loaded.get(language)
  if (kept) return kept
  const chunk = language === 'zh' ? import('virtual:emoji/zh') : import('virtual:emoji/en')
  const emoji = chunk.then(({ default: rows }) =>
    rows.map(([group, emoji, label, words, code]) => ({ group, emoji, label, words, code })),
  )
  loaded.set(language, emoji)
  emoji.catch(() => loaded.delete(language))
  return emoji
}

/** Empty until they are there. */
export function useEmojiData(): Readonly<Ref<readonly Emoji[]>> {
  const { locale } = useI18n()
  const all = shallowRef<readonly Emoji[]>([])
  watch(
    locale,
    async (language) => {
      all.value = await loadEmoji(language).catch(() => [])
    },
    { immediate: true },
  )
  return all
}

/** What begins with the query stands before what only contains it. */
export function searchEmoji(all: readonly Emoji[], query: string, most: number): Emoji[] {
  const wanted = query.trim().toLowerCase()
  const first: Emoji[] = []
  const second: Emoji[] = []
  for (const entry of all) {
    const { label, words, code } = entry
    if (code.startsWith(wanted) || label.toLowerCase().startsWith(wanted)) first.push(entry)
    else if (`${label} ${words} ${code}`.toLowerCase().includes(wanted)) second.push(entry)
    if (first.length === most) break
  }
  return [...first, ...second].slice(0, most)
}
