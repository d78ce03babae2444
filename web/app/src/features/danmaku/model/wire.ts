// Publications of docs/danmaku-schema.md as comments, and comments as publications. What does not fit
// is ignored; a wrong look counts as the default one.
import type { Comment, Mode, Size } from '@parley/danmaku'
import type { Publication } from '@parley/vue'

export const MAX_CHARACTERS = 100
export const SEGMENT_MS = 60_000

export interface Look {
  mode: Mode
  color: string
  size: Size
}

export const plainLook: Look = { mode: 'scroll', color: '#ffffff', size: 'medium' }

/** A comment as the page keeps it: `id` is unique among all users. */
export interface HeardComment extends Comment {
  user: string
  /** When it was said, by the server's clock. */
  time: number
}

export type Heard = { kind: 'comment'; comment: HeardComment } | ({ kind: 'delete' } & Deletion)

/** `backend`: it may take back any comment, a user only the own ones. */
export interface Deletion {
  user: string
  backend: boolean
  id: string
}

export interface WireComment extends Partial<Look> {
  type: 'comment'
  id: string
  text: string
  at?: number
}

/** One user's id and another's may be the same: the user is part of the name. */
export const commentKey = (user: string, id: string) => `${user}\n${id}`

export const segmentOf = (at: number) => Math.floor(at / SEGMENT_MS)
export const segmentChannel = (name: string, segment: number) => `track:${name}.${segment}`

export function cleanText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  // Characters, not UTF-16 units: an emoji is not cut in half.
  return line.length > MAX_CHARACTERS ? [...line].slice(0, MAX_CHARACTERS).join('') : line
}

export function hear({ data, user, info, id: place, time }: Publication): Heard | null {
  const object = typeof data === 'string' ? { text: data } : data
  if (typeof object !== 'object' || object === null) return null
  const { type = 'comment', id, text, mode, color, size, at } = object as Record<string, unknown>
  if (type === 'delete') {
    // Only a back end has no connection; an anonymous user has one.
    return isName(id) ? { kind: 'delete', user, backend: info === undefined, id } : null
  }
  // A chat message flies, too; edits and reactions have a text or none, and do not.
  if ((type !== 'comment' && type !== 'message') || typeof text !== 'string') return null
  const line = cleanText(text)
  if (!line) return null
  const comment: HeardComment = {
    id: commentKey(user, isName(id) ? id : place),
    text: line,
    user,
    time: time ?? Date.now(),
    mode: isMode(mode) ? mode : plainLook.mode,
    color: isColor(color) ? color : plainLook.color,
    size: isSize(size) ? size : plainLook.size,
  }
  if (isTime(at)) comment.at = at
  return { kind: 'comment', comment }
}

/** The shortest form: what is the default is left out. */
export function toWire(id: string, text: string, look: Look, at?: number): WireComment {
  const wire: WireComment = { type: 'comment', id, text }
  if (look.mode !== plainLook.mode) wire.mode = look.mode
  if (look.color !== plainLook.color) wire.color = look.color
  if (look.size !== plainLook.size) wire.size = look.size
  if (at !== undefined) wire.at = Math.floor(at)
  return wire
}

/** Takes back what `user` said under that key. */
export const toDeletion = (key: string, user: string) => ({
  type: 'delete',
  id: key.slice(commentKey(user, '').length),
})

export const isColor = (value: unknown): value is string =>
  typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)
const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
export const isMode = (value: unknown): value is Mode =>
  value === 'scroll' || value === 'top' || value === 'bottom'
export const isSize = (value: unknown): value is Size =>
  value === 'small' || value === 'medium' || value === 'large'
