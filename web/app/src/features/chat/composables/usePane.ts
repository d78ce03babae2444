// What the open conversation does beside showing: jumping to messages, marking as read, files that are
// dropped, and its keys. Owner: ConversationPane.
import { nextTick, onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'
import { useDocumentVisibility, useEventListener, useWindowFocus } from '@vueuse/core'
import { useRoute } from 'vue-router'
import { isWriting } from '@/shared/composables/useShortcuts'
import type { ChatFile, ChatMessage, Conversation } from '../model'
import { useChat } from './useChat'
import { provideConversation } from './useConversation'

/** Pages of history that a jump may load on its way. */
const PAGES = 40
const FLASH_MS = 2000

interface Log {
  toBottom(): void
  show(key: string): boolean
  showUnread(): boolean
}

interface Composer {
  focus(): void
  reply(id: string): void
  edit(id: string): void
  addFiles(files: readonly File[]): void
}

export function usePane(
  conversation: Conversation,
  log: Readonly<Ref<Log | null>>,
  composer: Readonly<Ref<Composer | null>>,
  writeTo: (user: string) => void,
) {
  const chat = useChat()
  const route = useRoute()
  const visibility = useDocumentVisibility()
  const focused = useWindowFocus()
  const flashed = ref<string | null>(null)
  const viewed = ref<{ files: readonly ChatFile[]; at: number } | null>(null)
  const removing = ref<ChatMessage | null>(null)
  const searching = ref(false)
  const dragged = ref(false)
  const atBottom = ref(false)

  const context = {
    chat,
    conversation,
    jumpTo,
    writeTo,
    reply: (id: string) => composer.value?.reply(id),
    edit: (id: string) => composer.value?.edit(id),
    remove: (id: string) => void (removing.value = conversation.message(id) ?? null),
    viewImages: (files: readonly ChatFile[], at: number) => void (viewed.value = { files, at }),
    focusComposer: () => composer.value?.focus(),
  }
  provideConversation(context)

  const seen = () =>
    atBottom.value && visibility.value === 'visible' && conversation.state.value === 'ready'
  watch([seen, focused, conversation.unread], () => seen() && conversation.markRead(), {
    immediate: true,
  })

  const rowKey = (id: string) =>
    conversation.rows.value.find((row) => row.kind === 'message' && row.message.id === id)?.key

  /** The jump that counts: the newest, and none when the pane is gone. */
  let jump = 0
  onScopeDispose(() => jump++)

  async function jumpTo(id: string): Promise<boolean> {
    const mine = ++jump
    for (let page = 0; page < PAGES && !rowKey(id) && mine === jump; page++) {
      if (!(await loadPage())) break
    }
    const key = rowKey(id)
    if (!key || mine !== jump) return false
    // Rows reach the list a frame later.
    await new Promise(requestAnimationFrame)
    await nextTick()
    log.value?.show(key)
    flashed.value = id
    setTimeout(() => flashed.value === id && (flashed.value = null), FLASH_MS)
    return true
  }

  /** False when none came: there is nothing older, or the line is down. */
  async function loadPage(): Promise<boolean> {
    const { hasOlder, prepended } = conversation
    const before = prepended.value
    if (hasOlder.value) await conversation.loadOlder()
    return prepended.value > before
  }

  /** A link to a message: `#m=ID`, which the router has decoded. */
  async function followLink() {
    const id = /^#m=(.+)$/s.exec(route.hash)?.[1]
    if (id && conversation.state.value === 'ready') await jumpTo(id)
  }
  watch([() => route.hash, conversation.state], followLink)
  onMounted(followLink)

  function escape() {
    conversation.markRead()
    log.value?.toBottom()
  }

  function removed(confirmed: boolean) {
    if (confirmed && removing.value) conversation.remove(removing.value.id)
    removing.value = null
    composer.value?.focus()
  }

  useEventListener('keydown', (event) => {
    // A dialog or a menu over the page has its keys to itself.
    if (document.querySelector('dialog[open], [data-dismissable-layer]')) return
    if (event.key === 'PageUp' && event.shiftKey) log.value?.showUnread()
    else if (event.key === '/' && !isWriting(event) && !event.ctrlKey) searching.value = true
    // The browser has its own business with Escape: what is popped up goes away.
    else if (event.key === 'Escape') return void (isWriting(event) || escape())
    else if (event.code === 'Backslash' && event.shiftKey && (event.ctrlKey || event.metaKey))
      reactToLast()
    else return
    event.preventDefault()
  })

  /** Thumbs up for the newest message of somebody else. */
  function reactToLast() {
    const row = conversation.rows.value.findLast(
      (row) => row.kind === 'message' && !row.message.mine,
    )
    if (row?.kind === 'message') conversation.react(row.message.id, '👍')
  }

  const carriesFiles = (event: DragEvent) =>
    composer.value !== null && event.dataTransfer?.types.includes('Files') === true
  const dropping = {
    dragover(event: DragEvent) {
      if (!carriesFiles(event)) return
      event.preventDefault()
      dragged.value = true
    },
    dragleave(event: DragEvent) {
      const inside = (event.currentTarget as Element).contains(event.relatedTarget as Node | null)
      if (!inside) dragged.value = false
    },
    drop(event: DragEvent) {
      dragged.value = false
      if (!carriesFiles(event)) return
      event.preventDefault()
      composer.value?.addFiles([...event.dataTransfer!.files])
    },
  }

  const onBottom = (at: boolean) => (atBottom.value = at)
  return {
    context,
    flashed,
    viewed,
    removing,
    removed,
    searching,
    dragged,
    dropping,
    escape,
    onBottom,
  }
}
