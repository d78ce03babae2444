// The plain dialect in its JSON form, as types: what the server says, what we say, and which close
// codes mean "come back". The words are those of docs/dialects/plain.md.

/** Who is here. A crowd too big to list with every change comes as its number alone. */
export interface Members {
  users?: string[]
  count: number
}

export interface Welcome extends Members {
  type: 'welcome'
  room: string
  user: string
  id: string
  time: number
}

export interface Presence extends Members {
  type: 'joined' | 'left'
  room: string
  user: string
  time: number
}

export interface Message {
  type: 'message'
  id: string
  /** Absent on a direct message. */
  room?: string
  from: string
  /** Present on a direct message only. */
  to?: string
  time: number
  data: unknown
  encoding?: 'base64'
  ref?: string
}

export interface Ack {
  type: 'ack'
  ref: string
  id: string
  time: number
}

export interface Typing {
  type: 'typing'
  room: string
  from: string
  time: number
}

export interface Who extends Members {
  type: 'who'
  room: string
  time: number
}

export interface WireError {
  type: 'error'
  code: number
  name: string
  message: string
  ref?: string
}

export type ServerFrame = Welcome | Presence | Message | Ack | Typing | Who | WireError

export type ClientFrame =
  { data: unknown; ref?: string; to?: string } | { type: 'typing' } | { type: 'who' }

const kinds = new Set(['welcome', 'joined', 'left', 'message', 'ack', 'typing', 'who', 'error'])

/** The frame in a text, or null for what this page does not know (newer servers may say more). */
export function parseFrame(text: string): ServerFrame | null {
  try {
    const value = JSON.parse(text) as { type?: unknown } | null
    return kinds.has(value?.type as string) ? (value as ServerFrame) : null
  } catch {
    return null
  }
}

/** `/echo` is the tutorial's own room and keeps its own address; all others live under /room/. */
export function roomPath(room: string): string {
  return room === 'echo' ? '/echo' : `/room/${encodeURIComponent(room)}`
}

export function roomUrl(origin: string, room: string, user: string, token = ''): string {
  const query = `format=json&username=${encodeURIComponent(user)}`
  const proof = token && `&token=${encodeURIComponent(token)}`
  return `${origin.replace(/^http/, 'ws')}${roomPath(room)}?${query}${proof}`
}

/** 1009: one of the messages in flight was too big. The line itself is fine and comes back. */
export const TOO_BIG = 1009
const SLOW_CONSUMER = 4001

/** May the client come back by itself after this close code? */
export function isRetryable(code: number): boolean {
  if (code === SLOW_CONSUMER) return true
  if (code >= 4000 && code <= 4099) return false
  return ![1000, 1002, 1003, 1007, 1008].includes(code)
}
