// The chat's keys, for the help that `?` opens. What they do stands where it is done.
import { useShortcuts } from '@/shared/composables/useShortcuts'

export function useChatShortcuts() {
  useShortcuts([
    { keys: ['Mod', 'K'], does: 'chat.keys.switcher' },
    { keys: ['Alt', '↑ ↓'], does: 'chat.keys.neighbour' },
    { keys: ['Alt', 'Shift', '↑ ↓'], does: 'chat.keys.unread' },
    { keys: ['/'], does: 'chat.keys.search' },
    { keys: ['Shift', 'PgUp'], does: 'chat.keys.oldest' },
    { keys: ['↑'], does: 'chat.keys.editLast' },
    { keys: ['Esc'], does: 'chat.keys.escape' },
    { keys: ['Mod', 'Shift', '\\'], does: 'chat.keys.react' },
    { keys: ['@'], does: 'chat.keys.mention' },
    { keys: [':'], does: 'chat.keys.emoji' },
  ])
}
