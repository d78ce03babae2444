// The draft and its rules: Enter sends (unless an input method is composing), Shift+Enter breaks the
// line, Escape forgets the addressee; each room keeps its own draft; a full outbox keeps the text.
import { reactive, ref, watch, type Ref } from 'vue'
import { isImeKey } from '@/shared/lib/ime'
import type { RoomSession } from './roomSession'

export function useComposer(session: () => RoomSession, to: Ref<string | null>) {
  const drafts = reactive(new Map<string, string>())
  const text = ref('')
  const full = ref(false)

  watch(
    () => session().room,
    (room, left) => {
      drafts.set(left, text.value)
      text.value = drafts.get(room) ?? ''
      full.value = false
    },
  )

  function send() {
    if (text.value.trim() === '') return
    full.value = !session().say(text.value, to.value ?? undefined)
    if (!full.value) text.value = ''
  }

  function onKeydown(event: KeyboardEvent) {
    if (isImeKey(event)) return
    if (event.key === 'Escape') to.value = null
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    send()
  }

  /** Typing to one person is nobody else's business. */
  function onInput() {
    if (text.value !== '' && to.value === null) session().touchTyping()
  }

  return { text, full, send, onKeydown, onInput }
}
