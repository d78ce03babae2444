// Going from one conversation to the next: by address, so that links and "back" work; by name; by key.
import { computed } from 'vue'
import { useEventListener } from '@vueuse/core'
import { useRoute, useRouter } from 'vue-router'
import type { Chat } from '../model'
import { useAttachments } from './useAttachments'

/** In UTF-16 units, so that the server's limit in bytes (255) holds for any script. */
export const MAX_ROOM = 64

/** The name of a room as it can be; "" when nothing is left. What is for the server's use is not. */
export function cleanRoom(text: string): string {
  return text
    .replace(/[\p{Cc}/#:,$]/gu, '')
    .trim()
    .slice(0, MAX_ROOM)
}

export function useNavigation(chat: Chat) {
  const route = useRoute()
  const router = useRouter()
  const attachments = useAttachments()
  const channel = computed(() => {
    if (route.path === '/echo') return 'echo'
    return String(route.params.channel ?? '')
  })
  const rooms = computed(() => chat.conversations.value.filter(({ kind }) => kind === 'room'))
  const dialogs = computed(() => chat.conversations.value.filter(({ kind }) => kind === 'dialog'))

  function go(to: string) {
    if (to !== channel.value) void router.push({ name: 'chat', params: { channel: to } })
  }

  const goBack = () => void router.push({ name: 'chat' })

  function writeTo(user: string) {
    const dialog = chat.dialogWith(user)
    if (dialog) go(dialog)
  }

  function leave(left: string) {
    chat.leave(left)
    attachments.drop(left)
    if (left === channel.value) goBack()
  }

  /** The neighbour in the order of the list; with `unread`, the next that holds something new. */
  function step(by: 1 | -1, unread: boolean) {
    const all = [...rooms.value, ...dialogs.value]
    const from = all.findIndex((conversation) => conversation.channel === channel.value)
    for (let n = 1; n <= all.length; n++) {
      const next = all[(Math.max(from, by < 0 ? 0 : -1) + by * n + all.length * 2) % all.length]!
      if (next.channel !== channel.value && (!unread || next.unread > 0)) return go(next.channel)
    }
  }

  useEventListener('keydown', (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined
    if (!by || !event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    step(by, event.shiftKey)
  })

  return { channel, rooms, dialogs, go, goBack, writeTo, leave }
}
