// What a screen reader is told of new messages: politely, at most every two seconds, and as a number
// when it would be many. The log itself is silent: rows that scroll in are no news.
import { onScopeDispose, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ChatMessage, Conversation } from '../model'

export const PAUSE_MS = 2000
const READ_ALOUD = 2

export function useAnnouncer(conversation: Conversation) {
  const { t } = useI18n()
  const words = ref('')
  let pending: ChatMessage[] = []
  let lastId = newest()?.id
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  watch(conversation.rows, () => {
    const message = newest()
    if (!message || message.id === lastId) return
    lastId = message.id
    if (message.mine || conversation.state.value !== 'ready') return
    pending.push(message)
    timer ??= setTimeout(speak, pending.length > 1 ? PAUSE_MS : 300)
  })

  function newest(): ChatMessage | undefined {
    return conversation.rows.value.findLast((row) => row.kind === 'message')?.message
  }

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
