// What one can do with a message, for the toolbar, the menu and the sheet of a phone alike.
import { computed, type Component } from 'vue'
import { Copy, Link, Pencil, Reply, Trash2 } from '@lucide/vue'
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
    const { id, text, mine, comment, state } = message()
    const sent = state === 'sent'
    const actions: (MessageAction | false)[] = [
      sent && { name: 'reply', icon: Reply, run: () => context.reply(id) },
      sent && mine && !comment && { name: 'edit', icon: Pencil, run: () => context.edit(id) },
      text !== '' && { name: 'copy', icon: Copy, run: () => copy(text) },
      sent && { name: 'link', icon: Link, run: () => copy(linkTo(id)) },
      sent && mine && { name: 'delete', icon: Trash2, run: () => context.remove(id) },
    ]
    return actions.filter((action) => action !== false)
  })

  function linkTo(id: string): string {
    const path = `/chat/${encodeURIComponent(context.conversation.channel)}`
    return `${location.origin}${path}#m=${encodeURIComponent(id)}`
  }
}

/** Without a secure origin there is no clipboard; a selection of the text still works there. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard)
    return navigator.clipboard.writeText(text).catch(() => copyBySelection(text))
  copyBySelection(text)
}

function copyBySelection(text: string): void {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'sr-only'
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
