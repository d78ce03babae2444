// The words of docs/chat-schema.md: publications in, what they mean out; and the other way round.
// Nothing here remembers anything. Promise: whatever somebody publishes, the outcome is well formed.
import type { ChatFile, Quote } from './types'

export const MAX_TEXT = 8000
export const MAX_FILES = 10
export const MAX_QUOTE = 140
const MAX_ID = 128
const MAX_EMOJI = 32
const FILES_PATH = '/files/'

/** What the wire says of a publication. */
export interface Publication {
  data: unknown
  user: string
  /** Absent for a back end. */
  info?: unknown
  offset?: number
  epoch: string
  /** Its place, `EPOCH-OFFSET`, or a name of this page's own. */
  id: string
  time?: number
}

export interface Said {
  kind: 'message'
  id: string
  text: string
  /** What a back end calls itself. */
  name: string
  comment: boolean
  reply: Quote | null
  files: ChatFile[]
}

export type Change =
  | { kind: 'edit'; id: string; text: string }
  | { kind: 'delete'; id: string }
  | { kind: 'reaction'; id: string; emoji: string; on: boolean }

type Fields = Record<string, unknown>

const isText = (value: unknown): value is string => typeof value === 'string'
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (value: unknown): value is string =>
  isText(value) && value !== '' && value.length <= MAX_ID
const cut = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

/** Null for what the chat does not know. */
export function readRoom({ data, id }: Publication): Said | Change | null {
  if (isText(data)) return said(id, { text: data })
  if (!isFields(data)) return said(id, { text: JSON.stringify(data) })
  switch (data.type) {
    case 'message':
      return readMessage(data, id)
    case 'comment':
      return isText(data.text) && data.text !== ''
        ? { ...said(idOf(data, id), { text: data.text }), comment: true }
        : null
    case 'edit':
    case 'delete':
    case 'reaction':
      return readChange(data)
    case undefined:
      return said(id, { text: isText(data.text) ? data.text : JSON.stringify(data) })
    default:
      return null
  }
}

function said(id: string, { text, name = '' }: { text: string; name?: string }): Said {
  return { kind: 'message', id, text: cut(text), name, comment: false, reply: null, files: [] }
}

const idOf = (data: Fields, place: string) => (isId(data.id) ? data.id : place)

function readMessage(data: Fields, place: string): Said | null {
  const files = readFiles(data.files)
  if (!isText(data.text) && files.length === 0) return null
  const text = isText(data.text) ? data.text : ''
  const name = isText(data.name) ? data.name.slice(0, 64) : ''
  return { ...said(idOf(data, place), { text, name }), reply: readQuote(data.reply), files }
}

function readChange(data: Fields): Change | null {
  if (!isId(data.id)) return null
  const { id } = data
  if (data.type === 'delete') return { kind: 'delete', id }
  if (data.type === 'edit')
    return isText(data.text) ? { kind: 'edit', id, text: cut(data.text) } : null
  const { emoji } = data
  if (!isText(emoji) || emoji === '' || emoji.length > MAX_EMOJI) return null
  return { kind: 'reaction', id, emoji, on: data.on !== false }
}

export function readQuote(value: unknown): Quote | null {
  if (!isFields(value) || !isId(value.id)) return null
  const user = isText(value.user) ? value.user : ''
  const text = isText(value.text) ? [...value.text].slice(0, MAX_QUOTE).join('') : ''
  return { id: value.id, user, text }
}

function readFiles(value: unknown): ChatFile[] {
  return Array.isArray(value) ? value.slice(0, MAX_FILES).flatMap((one) => readFile(one) ?? []) : []
}

/** A path below /files/ on this server, and still below it when a browser has made sense of the dots. */
const isFilePath = (value: unknown): value is string =>
  isText(value) &&
  value.startsWith(FILES_PATH) &&
  !/[\\\s]/.test(value) &&
  new URL(value, 'http://here').pathname.startsWith(FILES_PATH)

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

function readFile(value: unknown): ChatFile | null {
  if (!isFields(value) || !isFilePath(value.url)) return null
  const { url, name, type, size, width, height, thumb } = value
  return {
    url,
    name: isText(name) && name ? name.slice(0, 255) : url.slice(FILES_PATH.length),
    type: isText(type) ? type : 'application/octet-stream',
    size: isCount(size) ? size : 0,
    ...(isCount(width) && isCount(height) ? { width, height } : {}),
    ...(isFilePath(thumb) ? { thumb } : {}),
  }
}

/** A quote as it is sent: at most its first characters. */
export function quote({ id, user, text }: Quote): Quote {
  return { id, user, text: [...text].slice(0, MAX_QUOTE).join('') }
}

export interface MessageData {
  type: 'message'
  id: string
  text: string
  reply?: Quote
  files?: readonly ChatFile[]
}
export type ChangeData =
  | { type: 'edit'; id: string; text: string }
  | { type: 'delete'; id: string }
  | { type: 'reaction'; id: string; emoji: string; on: boolean }

// Inboxes.

export type InboxItem =
  | { kind: 'invite'; channel: string }
  | { kind: 'read'; channel: string; epoch: string; offset: number }

/** Who may say what is checked here, too: a marker is one's own, an invitation of the other one. */
export function readInbox({ data, user, info }: Publication, me: string): InboxItem | null {
  if (!isFields(data) || !isText(data.channel) || info === undefined) return null
  const { channel } = data
  if (data.type === 'invite') {
    return user !== me && dialogPartner(channel, me) === user ? { kind: 'invite', channel } : null
  }
  if (data.type !== 'read' || user !== me) return null
  const { epoch, offset } = data
  return isText(epoch) && isCount(offset) ? { kind: 'read', channel, epoch, offset } : null
}

// Channels.

const DIALOG = 'dm#'

/** Null where there can be none: a comma divides the two names. */
export function dialogChannel(me: string, other: string): string | null {
  if (!me || !other || me === other || me.includes(',') || other.includes(',')) return null
  return DIALOG + [me, other].sort().join(',')
}

/** The other one of a dialog; null when the channel is none of mine. */
export function dialogPartner(channel: string, me: string): string | null {
  if (!channel.startsWith(DIALOG)) return null
  const names = channel.slice(DIALOG.length).split(',')
  const other = names.find((name) => name !== me)
  return other !== undefined && dialogChannel(me, other) === channel ? other : null
}

export const liveChannel = (channel: string) => `live:${channel}`

/** Null for a name that would make two users of one. */
export const inboxChannel = (user: string) =>
  user === '' || user.includes(',') ? null : `inbox:#${user}`
