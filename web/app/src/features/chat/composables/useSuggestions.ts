// The list that opens while one writes: people after `@`, emoji after `:`. Arrow keys choose, Enter
// or Tab takes, Escape puts it away; the text field keeps the focus all the time.
import { computed, nextTick, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isImeKey } from '@/shared/lib/ime'
import { loadEmoji, searchEmoji, type Emoji } from '../emoji/data'

export interface Suggestion {
  /** What it puts into the text. */
  insert: string
  sign: string
  label: string
  hint: string
}

const MOST = 8
const mention = /(?:^|[^\p{L}\p{N}_@])([@＠][^\s@＠]{0,32})$/u
const emojiCode = /(?:^|\s)([:：][\p{L}\p{N}_+-]{2,32}|[:：]\p{Script=Han}{1,8})$/u

export function useSuggestions(
  field: Readonly<Ref<HTMLTextAreaElement | null>>,
  text: Ref<string>,
  people: () => readonly string[],
) {
  const { locale } = useI18n()
  const emoji = ref<readonly Emoji[]>([])
  /** What was typed so far, with its sign; null while there is no list. */
  const typed = ref<string | null>(null)
  const chosen = ref(0)

  const suggestions = computed<Suggestion[]>(() => {
    if (typed.value === null) return []
    const query = typed.value.slice(1).toLowerCase()
    return /^[@＠]/.test(typed.value) ? suggestPeople(query) : suggestEmoji(query)
  })
  watch(suggestions, () => (chosen.value = 0))

  function suggestPeople(query: string): Suggestion[] {
    const names = people().filter((name) => name.toLowerCase().includes(query))
    names.sort((a, b) => rank(a, query) - rank(b, query))
    const everybody = 'all'.startsWith(query) ? ['all'] : []
    // Written out in full there is nothing left to suggest, and Enter sends.
    if ([...names, ...everybody].every((name) => name.toLowerCase() === query)) return []
    return [...names, ...everybody].slice(0, MOST).map((name) => ({
      insert: `@${name} `,
      sign: '',
      label: name,
      hint: name === 'all' ? 'chat.composer.everybody' : '',
    }))
  }

  function suggestEmoji(query: string): Suggestion[] {
    return searchEmoji(emoji.value, query, MOST).map((entry) => ({
      insert: `${entry.emoji} `,
      sign: entry.emoji,
      label: entry.code ? `:${entry.code}:` : entry.label,
      hint: '',
    }))
  }

  /** After every change of text or caret. */
  function look() {
    const el = field.value
    if (!el || el.selectionStart !== el.selectionEnd) return close()
    const before = el.value.slice(0, el.selectionStart)
    typed.value = (mention.exec(before) ?? emojiCode.exec(before))?.[1] ?? null
    if (typed.value && /^[:：]/.test(typed.value)) void loadAll()
  }

  async function loadAll() {
    emoji.value = await loadEmoji(locale.value).catch(() => [])
  }

  function close() {
    typed.value = null
  }

  /** Puts words at the caret, in place of `over` characters before it. */
  async function insert(words: string, over = 0) {
    const el = field.value
    const at = el?.selectionStart ?? text.value.length
    const end = el?.selectionEnd ?? at
    text.value = text.value.slice(0, at - over) + words + text.value.slice(end)
    await nextTick()
    el?.focus()
    el?.setSelectionRange(at - over + words.length, at - over + words.length)
  }

  function take(index = chosen.value) {
    const suggestion = suggestions.value[index]
    if (suggestion && typed.value) void insert(suggestion.insert, typed.value.length)
    close()
  }

  /** True when the key was for the list. */
  function onKeydown(event: KeyboardEvent): boolean {
    const count = suggestions.value.length
    if (count === 0 || isImeKey(event)) return false
    if (event.key === 'ArrowDown') chosen.value = (chosen.value + 1) % count
    else if (event.key === 'ArrowUp') chosen.value = (chosen.value + count - 1) % count
    else if (event.key === 'Escape') close()
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take()
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  return { suggestions, chosen, look, close, take, insert, onKeydown }
}

const rank = (name: string, query: string) => (name.toLowerCase().startsWith(query) ? 0 : 1)
