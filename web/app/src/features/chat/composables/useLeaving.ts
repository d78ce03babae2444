// Leaving a conversation, by the list or by its menu. What was written in it and not sent goes too: then
// it is asked first.
import { ref } from 'vue'
import type { Chat, ConversationSummary } from '../model'
import { useAttachments } from './useAttachments'

export function useLeaving(chat: Chat, leave: (channel: string) => void) {
  const attachments = useAttachments()
  const leaving = ref<ConversationSummary | null>(null)

  function holdsWords({ channel, draft, unsent }: ConversationSummary): boolean {
    return draft.trim() !== '' || unsent > 0 || attachments.of(channel).items.value.length > 0
  }

  function askToLeave(channel: string) {
    const summary = chat.conversations.value.find((one) => one.channel === channel)
    if (summary && holdsWords(summary)) leaving.value = summary
    else leave(channel)
  }

  function answered(confirmed: boolean) {
    if (confirmed && leaving.value) leave(leaving.value.channel)
    leaving.value = null
  }

  return { leaving, askToLeave, answered }
}
