// Writing: what is typed is the conversation's draft, Enter sends (or Shift+Enter does), an edit
// borrows the field and gives it back. The Enter of an input method never sends.
import { computed, ref, type Ref } from 'vue'
import { isImeKey } from '@/shared/lib/ime'
import { MAX_TEXT, quote, type ChatFile, type Conversation, type Problem } from '../model'
import { useSettings } from './useSettings'

/** From here on the rest is counted. */
const COUNT_FROM = MAX_TEXT - 400

export interface ComposerFiles {
  ready: Readonly<Ref<readonly ChatFile[]>>
  busy: Readonly<Ref<boolean>>
  clear(): void
}

export function useComposer(
  conversation: Conversation,
  files: ComposerFiles,
  /** A new message went out from here. */
  sent: () => void,
) {
  const settings = useSettings()
  const { draft } = conversation
  const problem = ref<Problem | null>(null)

  const text = computed({
    get: () => draft.value.text,
    set: (value) => {
      draft.value = { ...draft.value, text: value }
      problem.value = null
      if (value !== '' && !draft.value.editing) conversation.touchTyping()
    },
  })
  const length = computed(() => text.value.length)
  const left = computed(() => (length.value > COUNT_FROM ? MAX_TEXT - length.value : null))
  const sendable = computed(() => {
    if (length.value > MAX_TEXT || files.busy.value) return false
    return text.value.trim() !== '' || (!draft.value.editing && files.ready.value.length > 0)
  })

  function send() {
    if (!sendable.value) return
    const { editing, reply } = draft.value
    problem.value = editing
      ? conversation.edit(editing, text.value.trim())
      : conversation.send({ text: text.value.trim(), reply, files: files.ready.value })
    if (problem.value) return
    finish()
    if (editing) return
    files.clear()
    sent()
  }

  function finish() {
    const { text = '', reply = null } = draft.value.replaced ?? {}
    draft.value = { text, reply, editing: null }
  }

  function reply(id: string) {
    const message = conversation.message(id)
    if (!message || message.deleted) return
    if (draft.value.editing) finish()
    const words = message.text || message.files[0]?.name || ''
    draft.value = { ...draft.value, reply: quote({ id, user: message.name, text: words }) }
  }

  function edit(id: string) {
    const message = conversation.message(id)
    if (!message || message.deleted) return
    const { text, reply, replaced = { text, reply } } = draft.value
    draft.value = { text: message.text, reply: null, editing: id, replaced }
  }

  /** True when there was something to cancel. */
  function cancel(): boolean {
    const { editing, reply: quote } = draft.value
    if (editing) finish()
    else draft.value = { ...draft.value, reply: null }
    return editing !== null || quote !== null
  }

  /** The newest of one's own that can still be changed. */
  function editLast(): boolean {
    const row = conversation.rows.value.findLast(
      (row) => row.kind === 'message' && row.message.mine && canEdit(row.message),
    )
    if (row?.kind === 'message') edit(row.message.id)
    return row !== undefined
  }

  function onKeydown(event: KeyboardEvent) {
    if (isImeKey(event)) return
    if (event.key === 'ArrowUp' && text.value === '' && editLast()) event.preventDefault()
    if (event.key !== 'Enter' || !wantsSend(event)) return
    event.preventDefault()
    send()
  }

  function wantsSend(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return true
    return settings.value.enterSends !== event.shiftKey
  }

  return { text, left, sendable, problem, draft, send, reply, edit, cancel, onKeydown }
}

const canEdit = ({
  deleted,
  comment,
  state,
}: {
  deleted: boolean
  comment: boolean
  state: string
}) => !deleted && !comment && state === 'sent'
