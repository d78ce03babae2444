// What the chat's components read and the verbs they call. The model behind it (this folder) turns
// publications (docs/chat-schema.md) into this; components know nothing of channels' wire.
import type { Ref } from 'vue'

/** Where a message of one's own is on its way. Those of others are always "sent". */
export type SendState = 'queued' | 'sending' | 'sent' | 'failed'

/** Why something was not done: a key below `chat.problem`, and what fills its holes. */
export interface Problem {
  key: string
  values: Record<string, string | number>
}

export interface ChatFile {
  url: string
  name: string
  type: string
  size: number
  width?: number
  height?: number
  thumb?: string
}

export interface Quote {
  id: string
  user: string
  text: string
}

export interface Reaction {
  emoji: string
  users: readonly string[]
  mine: boolean
}

export interface ChatMessage {
  id: string
  /** Place in the channel; null until the server has numbered it. */
  offset: number | null
  /** The user, "" for a back end. */
  user: string
  /** What stands over it: the user, or what a back end calls itself. */
  name: string
  mine: boolean
  time: number
  text: string
  /** A comment that flies in the danmaku of this room. */
  comment: boolean
  edited: boolean
  deleted: boolean
  reply: Quote | null
  files: readonly ChatFile[]
  reactions: readonly Reaction[]
  mentionsMe: boolean
  state: SendState
  /** Set when `state` is "failed". */
  problem: Problem | null
}

/** One line of the log, in the order shown. `key` is stable for as long as the row lives. */
export type Row =
  | { kind: 'message'; key: string; message: ChatMessage; continues: boolean }
  | { kind: 'day'; key: string; time: number }
  | { kind: 'unread'; key: string }
  /** Messages of this time are missing. Open: `loadOlder` can bring some. Otherwise the history does
   * not reach back to where we left off. */
  | { kind: 'gap'; key: string; since: number; until: number; open: boolean }
  /** Nothing older exists (or is kept by the server). */
  | { kind: 'start'; key: string; complete: boolean }

export type ConversationKind = 'room' | 'dialog'

/** What of a conversation may call somebody who looks elsewhere. */
export type Notify = 'all' | 'mentions' | 'none'

/** A line of the conversation list; live while the chat runs, whether open or not. */
export interface ConversationSummary {
  channel: string
  kind: ConversationKind
  /** The room's name, or the other person's. */
  title: string
  unread: number
  mentions: number
  notify: Notify
  /** Something was written here and not sent. */
  draft: string
  /** How many of one's own wait or failed. */
  unsent: number
  last: { name: string; text: string; time: number } | null
  /** Dialogs: is the other one there? */
  online: boolean
}

export interface Draft {
  text: string
  reply: Quote | null
  /** The message that is being edited. */
  editing: string | null
  /** What stood in the field before the edit took it. */
  replaced?: Pick<Draft, 'text' | 'reply'>
}

export interface Outgoing {
  text: string
  reply?: Quote | null
  files?: readonly ChatFile[]
}

export interface Conversation {
  readonly channel: string
  readonly kind: ConversationKind
  readonly title: string
  readonly me: string
  /** "loading" until the first page of history is there; "refused" with `problem`. */
  readonly state: Readonly<Ref<'loading' | 'ready' | 'refused'>>
  readonly problem: Readonly<Ref<Problem | null>>
  readonly rows: Readonly<Ref<readonly Row[]>>
  /** Grows when rows are added at the top, so that the list can keep the reader's place. */
  readonly prepended: Readonly<Ref<number>>
  readonly loadingOlder: Readonly<Ref<boolean>>
  readonly hasOlder: Readonly<Ref<boolean>>
  readonly people: Readonly<Ref<readonly string[]>>
  readonly peopleCount: Readonly<Ref<number>>
  readonly typists: Readonly<Ref<readonly string[]>>
  readonly unread: Readonly<Ref<number>>
  readonly draft: Ref<Draft>
  /** How many of one's own wait or failed; the composer says so. */
  readonly waiting: Readonly<Ref<number>>
  readonly failed: Readonly<Ref<number>>
  message(id: string): ChatMessage | undefined
  loadOlder(): Promise<void>
  /** Null: taken. A problem: the text stays with the caller. */
  send(outgoing: Outgoing): Problem | null
  edit(id: string, text: string): Problem | null
  remove(id: string): void
  /** Puts the reaction on, or takes it back. */
  react(id: string, emoji: string): void
  retry(id: string): void
  retryAll(): void
  discard(id: string): void
  discardAll(): void
  /** Somebody writes here; the others are told now and then. */
  touchTyping(): void
  /** Seen up to the newest message: moves the read marker. The divider stays until the next visit. */
  markRead(): void
  /** Searches what is loaded; newest first. */
  search(words: string): readonly ChatMessage[]
}

export type Unseen = (conversation: ConversationSummary, messages: readonly ChatMessage[]) => void

export interface Chat {
  readonly me: string
  readonly conversations: Readonly<Ref<readonly ConversationSummary[]>>
  /** For the title badge: what is unread, and where not all of it may call only what mentions me. */
  readonly unread: Readonly<Ref<number>>
  readonly current: Readonly<Ref<Conversation | null>>
  /** Opens (and joins) a conversation and makes it the current one. */
  open(channel: string): Conversation
  close(): void
  leave(channel: string): void
  setNotify(channel: string, notify: Notify): void
  /** The channel of a conversation with `user`; null when there can be none, as with a comma in a name. */
  dialogWith(user: string): string | null
  /** Messages that were not seen (not mine, page hidden or elsewhere), all of a frame at once, when
   * everything else was told. */
  onUnseen(heard: Unseen): () => void
  stop(): void
}
