// A chat without a server, for component tests: rows stand where a test put them, and every verb is
// remembered in `calls`. Sending, editing and reacting change the rows at once.
import { computed, ref, shallowRef, triggerRef, type Ref } from 'vue'
import type {
  Chat,
  ChatMessage,
  Conversation,
  ConversationSummary,
  Draft,
  Outgoing,
  Problem,
  Row,
  Unseen,
} from '../model'

type Live<T> = { [K in keyof T]: T[K] extends Readonly<Ref<infer V>> ? Ref<V> : T[K] }
export type FakeConversation = Live<Conversation> & { calls: [string, ...unknown[]][] }
export type FakeChat = Live<Chat> & {
  of(channel: string): FakeConversation
  /** As if these had come while nobody looked. */
  hear: Unseen
}

let count = 0

export function fakeMessage(given: Partial<ChatMessage> = {}): ChatMessage {
  const id = given.id ?? `m${++count}`
  const user = given.user ?? 'lisi'
  return {
    id,
    offset: count,
    user,
    name: user,
    mine: false,
    time: Date.now(),
    text: 'hello',
    comment: false,
    edited: false,
    deleted: false,
    reply: null,
    files: [],
    reactions: [],
    mentionsMe: false,
    state: 'sent',
    problem: null,
    ...given,
  }
}

export const rowOf = (message: ChatMessage, continues = false): Row => ({
  kind: 'message',
  key: message.id,
  message,
  continues,
})

export function fakeConversation(channel = 'team', me = 'zhangsan'): FakeConversation {
  const calls: FakeConversation['calls'] = []
  const rows = shallowRef<readonly Row[]>([])
  const messages = () => rows.value.flatMap((row) => (row.kind === 'message' ? [row.message] : []))
  const log = (verb: string, ...args: unknown[]) => void calls.push([verb, ...args])

  function change(id: string, how: (message: ChatMessage) => Partial<ChatMessage>) {
    rows.value = rows.value.map((row) =>
      row.kind === 'message' && row.message.id === id
        ? { ...row, message: { ...row.message, ...how(row.message) } }
        : row,
    )
  }

  function send(outgoing: Outgoing): Problem | null {
    log('send', outgoing)
    const own = { user: me, mine: true, text: outgoing.text, reply: outgoing.reply ?? null }
    rows.value = [...rows.value, rowOf(fakeMessage({ ...own, files: outgoing.files ?? [] }))]
    return null
  }

  function react(id: string, emoji: string) {
    log('react', id, emoji)
    change(id, ({ reactions }) => ({
      reactions: reactions.some((reaction) => reaction.emoji === emoji)
        ? reactions.filter((reaction) => reaction.emoji !== emoji)
        : [...reactions, { emoji, users: [me], mine: true }],
    }))
  }

  return {
    channel,
    kind: channel.startsWith('dm#') ? 'dialog' : 'room',
    title: channel.replace(/^dm#|,?zhangsan,?/g, ''),
    me,
    calls,
    rows,
    state: ref('ready'),
    problem: ref(null),
    prepended: ref(0),
    loadingOlder: ref(false),
    hasOlder: ref(false),
    people: ref(['lisi', me]),
    peopleCount: ref(2),
    typists: ref([]),
    unread: ref(0),
    draft: ref<Draft>({ text: '', reply: null, editing: null }),
    waiting: ref(0),
    failed: ref(0),
    message: (id) => messages().find((message) => message.id === id),
    loadOlder: async () => log('loadOlder'),
    send,
    react,
    edit(id, text) {
      log('edit', id, text)
      change(id, () => ({ text, edited: true }))
      return null
    },
    remove(id) {
      log('remove', id)
      change(id, () => ({ deleted: true, text: '' }))
    },
    retry: (id) => log('retry', id),
    retryAll: () => log('retryAll'),
    discard: (id) => log('discard', id),
    discardAll: () => log('discardAll'),
    touchTyping: () => log('touchTyping'),
    markRead: () => log('markRead'),
    search: (words) =>
      messages()
        .filter(({ text }) => text.toLowerCase().includes(words.toLowerCase()))
        .reverse(),
  }
}

export function fakeSummary(given: Partial<ConversationSummary> = {}): ConversationSummary {
  const empty = { unread: 0, mentions: 0, notify: 'all' as const, draft: '', unsent: 0, last: null }
  return { channel: 'team', kind: 'room', title: 'team', online: false, ...empty, ...given }
}

export function fakeChat(me = 'zhangsan', summaries = [fakeSummary()]): FakeChat {
  const conversations = shallowRef<readonly ConversationSummary[]>(summaries)
  const current = shallowRef<Conversation | null>(null)
  const opened = new Map<string, FakeConversation>()
  const of = (channel: string) => {
    if (!opened.has(channel)) opened.set(channel, fakeConversation(channel, me))
    return opened.get(channel)!
  }
  const loud = ({ notify, unread, mentions }: ConversationSummary) =>
    notify === 'all' ? unread : mentions
  const listeners = new Set<Unseen>()

  return {
    me,
    conversations,
    unread: computed(() => conversations.value.reduce((sum, one) => sum + loud(one), 0)),
    current,
    of,
    open: (channel) => (current.value = of(channel) as Conversation),
    close: () => (current.value = null),
    leave(channel) {
      conversations.value = conversations.value.filter((other) => other.channel !== channel)
    },
    setNotify(channel, notify) {
      conversations.value.forEach((other) => other.channel === channel && (other.notify = notify))
      triggerRef(conversations)
    },
    dialogWith: (user) => (user.includes(',') ? null : `dm#${[me, user].sort().join(',')}`),
    onUnseen(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    hear: (conversation, messages) => listeners.forEach((heard) => heard(conversation, messages)),
    stop() {},
  }
}
