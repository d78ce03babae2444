// What a screen reader is told of new messages: politely, at most every two seconds, and as a number
// when it would be many. The log itself is silent: rows that scroll in are no news.
import { onScopeDispose, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ChatMessage, Conversation } from '../model'
import { lastPlace, othersSince } from './news'

export const PAUSE_MS = 2000
const READ_ALOUD = 2

export function useAnnouncer(conversation: Conversation) {
  const { t } = useI18n()
  const words = ref('')
  let pending: ChatMessage[] = []
  let heard = lastPlace(conversation.rows.value)
  let begun = conversation.state.value === 'ready'
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  watch(conversation.rows, (rows) => {
    // What was there on coming in is no news.
    if (begun) pending.push(...othersSince(rows, heard))
    begun = conversation.state.value === 'ready'
    heard = lastPlace(rows)
    if (pending.length > 0) timer ??= setTimeout(speak, pending.length > 1 ? PAUSE_MS : 300)
  })

  function speak() {
    words.value =
      pending.length > READ_ALOUD
        ? t('chat.log.news', { n: pending.length }, pending.length)
        : pending.map(({ name, text }) => t('chat.log.said', { name, text })).join(' ')
    pending = []
    timer = setTimeout(() => {
      timer = undefined
      if (pending.length > 0) speak()
    }, PAUSE_MS)
  }

  return words
}
