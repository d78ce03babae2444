// All conversations of one user: those known from earlier visits, those that others invite to, the one
// that is open. Owner: the page, one for each line and user; `stop` ends it all.
import { computed, effectScope, shallowRef } from 'vue'
import { createRefs } from '@/shared/api/refs'
import { perFrame } from '@/shared/lib/perFrame'
import { Talk } from './conversation'
import { createInbox } from './inbox'
import { mentionTest } from './mentions'
import { dialogChannel, dialogPartner, inboxChannel, type Publication } from './schema'
import type { Place } from './span'
import { ChatStorage, unknown, type Known } from './storage'
import type { Surroundings } from './surroundings'
import type { Chat, Conversation, ConversationSummary, Unseen } from './types'
import type { Wire } from './wire'

/** Conversations at once, opened here and only joined by invitation; beyond it the one of its kind that
 * was quiet the longest is left. */
export const JOINED_MAX = 50
export const INVITED_MAX = 25
const NOTE_MS = 300
export const FIRST_ROOM = 'lobby'

export interface ChatOptions {
  me: string
  /** Of one message, as the server says. */
  maxBytes: number
}

export function createChat(wire: Wire, { me, maxBytes }: ChatOptions): Chat {
  const scope = effectScope(true)
  const storage = new ChatStorage(me)
  const remembered = storage.conversations() ?? [unknown(FIRST_ROOM)]
  const known = new Map(remembered.map((one) => [one.channel, one]))
  const talks = new Map<string, Talk>()
  /** As the inbox tells, also of rooms that are not joined here. */
  const markers = new Map<string, Place>()
  const listeners = new Set<Unseen>()
  const current = shallowRef<Conversation | null>(null)
  const conversations = shallowRef<readonly ConversationSummary[]>([])
  const listing = perFrame(list)
  /** The newest time of the server; clocks of browsers go as they like. */
  let heardAt = 0
  /** What is to be written down, of which conversation. */
  const noted = new Map<string, Partial<Known>>()
  let noting: ReturnType<typeof setTimeout> | undefined
  const around: Surroundings = {
    eyes: { me, mentions: mentionTest(me) },
    wire,
    storage,
    newId: createRefs(),
    maxBytes,
    isVisible,
    writes: invite,
    heard,
    read(talk, place) {
      note(talk.channel, { read: place })
      inbox.tell(talk.channel, place)
    },
    guessed(talk, place) {
      note(talk.channel, { read: place })
    },
    unseen(talk, messages) {
      note(talk.channel, { at: messages.at(-1)!.time })
      for (const heard of listeners) heard(summary(talk), messages)
    },
    changed: listing.soon,
  }

  const inbox = scope.run(() => createInbox(wire, me, { invited, read: readElsewhere }))!
  const stopDirect = wire.onDirect(direct)
  document.addEventListener('visibilitychange', visibilityChanged)
  addEventListener('pagehide', keep)
  for (const { channel, leftAt } of [...known.values()]) if (!leftAt) join(channel)
  list()

  function join(channel: string): Talk {
    const talk = talks.get(channel) ?? begin(channel)
    makeRoom(channel)
    return talk
  }

  function begin(channel: string): Talk {
    const { read = null } = known.get(channel) ?? {}
    const talk = new Talk(channel, read, around)
    talks.set(channel, talk)
    note(channel, { leftAt: undefined })
    const marker = markers.get(channel)
    if (marker) readElsewhere(channel, marker)
    talk.attend(false)
    return talk
  }

  /** For one that is new among its like. Invitations never push out what was opened here. */
  function makeRoom(channel: string) {
    const opened = wasOpened(channel)
    const alike = [...talks.keys()].filter((one) => wasOpened(one) === opened)
    if (alike.length <= (opened ? JOINED_MAX : INVITED_MAX)) return
    const quiet = alike.filter((one) => one !== channel && one !== current.value?.channel)
    quiet.sort((one, other) => known.get(one)!.at - known.get(other)!.at)
    part(quiet[0]!)
  }

  function wasOpened(channel: string): boolean {
    return dialogPartner(channel, me) === null || known.get(channel)?.opened === true
  }

  /** Remembers something of a conversation. */
  function note(channel: string, change: Partial<Known>) {
    known.set(channel, { ...(known.get(channel) ?? unknown(channel)), ...change })
    noted.set(channel, { ...noted.get(channel), ...change })
    noting ??= setTimeout(writeDown, NOTE_MS)
  }

  function writeDown() {
    clearTimeout(noting)
    noting = undefined
    if (noted.size > 0) storage.keepConversations(noted)
    noted.clear()
  }

  function part(channel: string) {
    talks.get(channel)?.stop()
    talks.delete(channel)
    note(channel, { leftAt: heardAt || Date.now() })
    listing.soon()
  }

  function open(channel: string): Conversation {
    if (current.value?.channel !== channel) close()
    // Another window may have left it.
    note(channel, { at: Date.now(), opened: true, leftAt: undefined })
    const talk = join(channel)
    current.value = talk
    talk.attend(true)
    return talk
  }

  function close() {
    const channel = current.value?.channel
    current.value = null
    if (channel !== undefined) talks.get(channel)?.attend(false)
  }

  function leave(channel: string) {
    if (current.value?.channel === channel) close()
    part(channel)
    storage.forget(channel)
  }

  function heard(time: number | undefined) {
    heardAt = Math.max(heardAt, time ?? 0)
  }

  function invited(channel: string, time: number) {
    heard(time)
    if ((known.get(channel)?.leftAt ?? -1) < time) join(channel)
  }

  function readElsewhere(channel: string, place: Place) {
    markers.set(channel, place)
    if (talks.get(channel)?.readElsewhere(place)) note(channel, { read: place })
  }

  /** Once in each visit, and again when they were gone. */
  function invite(talk: Talk) {
    const inboxOfOther = inboxChannel(talk.title)
    if (talk.invited || !inboxOfOther) return
    talk.invited = true
    wire
      .publish(inboxOfOther, { type: 'invite', channel: talk.channel })
      .catch(() => (talk.invited = false))
  }

  /** The plain dialect's envelope: {"type":"message","id","from","to","time","data"}. */
  function direct(envelope: unknown) {
    const { from, id, time, data } = (envelope ?? {}) as Record<string, unknown>
    const channel = typeof from === 'string' ? dialogChannel(me, from) : null
    if (channel === null || typeof from !== 'string') return
    const place = { id: String(id), time: typeof time === 'number' ? time : Date.now(), epoch: '' }
    const said: Publication = { data, user: from, info: {}, ...place }
    join(channel).hear(said)
  }

  function summary(talk: Talk): ConversationSummary {
    const { channel, kind, title, unread, mentions, last, draft, waiting, failed, people } = talk
    return {
      channel,
      kind,
      title,
      unread: unread.value,
      mentions,
      notify: known.get(channel)?.notify ?? 'all',
      draft: draft.value.text,
      unsent: waiting.value + failed.value,
      last,
      online: kind === 'dialog' && people.value.includes(title),
    }
  }

  /** Rooms as they were joined, dialogs the newest first. */
  function list() {
    const all = [...talks.values()].map(summary)
    const time = ({ last }: ConversationSummary) => last?.time ?? 0
    const dialogs = all.filter(({ kind }) => kind === 'dialog')
    dialogs.sort((one, other) => time(other) - time(one))
    conversations.value = [...all.filter(({ kind }) => kind === 'room'), ...dialogs]
  }

  function isVisible() {
    return document.visibilityState === 'visible'
  }

  function visibilityChanged() {
    if (isVisible()) return
    for (const talk of talks.values()) talk.away()
    keep()
  }

  function keep() {
    writeDown()
    inbox.flush()
    for (const talk of talks.values()) talk.keepDraft()
  }

  function stop() {
    document.removeEventListener('visibilitychange', visibilityChanged)
    removeEventListener('pagehide', keep)
    stopDirect()
    keep()
    for (const talk of talks.values()) talk.stop()
    scope.stop()
    listing.cancel()
    listeners.clear()
  }

  const loud = ({ notify, unread, mentions }: ConversationSummary) =>
    notify === 'all' ? unread : mentions

  return {
    me,
    conversations,
    unread: computed(() => conversations.value.reduce((sum, one) => sum + loud(one), 0)),
    current,
    open,
    close,
    leave,
    setNotify(channel, notify) {
      note(channel, { notify })
      listing.soon()
    },
    dialogWith: (user) => dialogChannel(me, user),
    onUnseen(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    stop,
  }
}
