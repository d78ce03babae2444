// What reaches somebody who looks elsewhere: the number in the tab's title, a notification of the
// system and a sound, each only when wanted.
import { onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Chat, ChatMessage, ConversationSummary } from '../model'
import { chime } from './chime'
import { useSettings } from './useSettings'
import { useTitleCount } from './useTitleCount'

const LONGEST = 140

const canNotify = () => 'Notification' in window && Notification.permission === 'granted'
const wordsOf = ({ text, files }: ChatMessage) => text || files.map(({ name }) => name).join(', ')

export function useNotifier(chat: Chat) {
  const settings = useSettings()
  const router = useRouter()
  const { t } = useI18n()
  useTitleCount(() => chat.unread.value)
  onScopeDispose(chat.onUnseen(hear))

  function hear(conversation: ConversationSummary, messages: readonly ChatMessage[]) {
    const { notify } = conversation
    const calling = notify === 'all' ? messages : messages.filter((one) => one.mentionsMe)
    if (notify === 'none' || calling.length === 0) return
    if (settings.value.sound) chime().catch(() => {})
    if (settings.value.notify && canNotify()) show(conversation, calling)
  }

  /** One for each conversation: the next takes its place. */
  function show({ kind, title, channel }: ConversationSummary, messages: readonly ChatMessage[]) {
    const last = messages.at(-1)!
    const words = wordsOf(last).slice(0, LONGEST)
    const body = messages.length === 1 ? words : `${t('chat.log.news', messages.length)}\n${words}`
    const head = kind === 'room' ? `${last.name} · #${title}` : last.name
    const notification = create(head, { body, tag: channel })
    notification?.addEventListener('click', () => {
      window.focus()
      void router.push({ name: 'chat', params: { channel } })
      notification.close()
    })
  }
}

/** Chrome on Android grants the permission, and then wants a service worker to show them. */
function create(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options)
  } catch {
    return null
  }
}
