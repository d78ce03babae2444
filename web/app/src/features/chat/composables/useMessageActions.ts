// What one can do with a message, for the toolbar, the menu and the sheet of a phone alike.
import { computed, type Component } from 'vue'
import { Copy, Link, Pencil, Reply, Trash2 } from '@lucide/vue'
import { copyText } from '@/shared/lib/clipboard'
import type { ChatMessage } from '../model'
import { useConversation } from './useConversation'

export interface MessageAction {
  name: 'reply' | 'edit' | 'copy' | 'link' | 'delete'
  icon: Component
  run(): void
}

export function useMessageActions(message: () => ChatMessage) {
  const context = useConversation()

  return computed<MessageAction[]>(() => {
    const { id, text, mine, comment, deleted, state } = message()
    const sent = state === 'sent' && !deleted
    const actions: (MessageAction | false)[] = [
      sent && { name: 'reply', icon: Reply, run: () => context.reply(id) },
      sent && mine && !comment && { name: 'edit', icon: Pencil, run: () => context.edit(id) },
      text !== '' && { name: 'copy', icon: Copy, run: () => copyText(text) },
      sent && { name: 'link', icon: Link, run: () => copyText(linkTo(id)) },
      sent && mine && { name: 'delete', icon: Trash2, run: () => context.remove(id) },
    ]
    return actions.filter((action) => action !== false)
  })

  function linkTo(id: string): string {
    const path = `/chat/${encodeURIComponent(context.conversation.channel)}`
    return `${location.origin}${path}#m=${encodeURIComponent(id)}`
  }
}
