// What happened in a room, in the order the server told it: messages, comings and goings, gaps.
// Pure state without DOM or socket. Owner: the room session. Promises: a resent message appears
// once; never more than ROWS_KEPT rows.
import { ref, shallowRef } from 'vue'
import type { Failure } from '@/shared/api/outbox'
import type { Message } from '@/shared/api/wire'

export const ROWS_KEPT = 1000
/** Old rows go in lots of this size: taking one for each new one would redraw the top every time. */
export const ROWS_LOT = 200
const SEEN_KEPT = 4000

export interface MessageRow {
  kind: 'message'
  key: string
  from: string
  to?: string
  text: string
  /** What the text is when it is not what somebody typed. */
  form: 'text' | 'json' | 'binary'
  at: number
  own: boolean
  state: 'sent' | 'sending' | 'queued' | 'failed'
  failure: Failure | null
}

export interface PresenceRow {
  kind: 'presence'
  key: string
  joined: string[]
  left: string[]
}

/** The line was down: what others said between the two times is not here. */
export interface GapRow {
  kind: 'gap'
  key: string
  since: number
  until: number
}

export type Row = MessageRow | PresenceRow | GapRow

export function createTimeline(user: string) {
  const rows = shallowRef<Row[]>([])
  /** Messages of others so far; whoever counts news watches this. */
  const arrived = ref(0)
  const seen = new Set<string>()
  let count = 0

  function append(row: Row) {
    const full = rows.value.length === ROWS_KEPT
    rows.value = [...(full ? rows.value.slice(ROWS_LOT) : rows.value), row]
  }

  function replaceLast(row: Row | null) {
    rows.value = row ? [...rows.value.slice(0, -1), row] : rows.value.slice(0, -1)
  }

  /** False for the second copy of a message that was resent after a lost line. */
  function isNew(from: string, ref: string | undefined): boolean {
    if (ref === undefined) return true
    const key = `${from}\n${ref}`
    if (seen.has(key)) return false
    seen.add(key)
    if (seen.size > SEEN_KEPT) seen.delete(seen.values().next().value!)
    return true
  }

  function addMessage(message: Message) {
    if (!isNew(message.from, message.ref)) return
    const own = message.from === user
    const typed = typeof message.data === 'string'
    append({
      kind: 'message',
      key: own && message.ref ? message.ref : `m${++count}`,
      from: message.from,
      to: message.to,
      text: typed ? (message.data as string) : JSON.stringify(message.data),
      form: message.encoding === 'base64' ? 'binary' : typed ? 'text' : 'json',
      at: message.time,
      own,
      state: 'sent',
      failure: null,
    })
    if (!own) arrived.value++
  }

  /** Someone came or went. Neighbours share a row, and who left and came back leaves no trace. */
  function addPresence(type: 'joined' | 'left', name: string) {
    const last = rows.value.at(-1)
    const open = last?.kind === 'presence' ? last : null
    const joined = new Set(open?.joined)
    const left = new Set(open?.left)
    const cancelled = type === 'joined' ? left.delete(name) : joined.delete(name)
    if (!cancelled) (type === 'joined' ? joined : left).add(name)

    const row: PresenceRow = {
      kind: 'presence',
      key: open?.key ?? `p${++count}`,
      joined: [...joined],
      left: [...left],
    }
    if (!open) append(row)
    else replaceLast(joined.size + left.size > 0 ? row : null)
  }

  function addGap(since: number, until: number) {
    const last = rows.value.at(-1)
    if (last?.kind === 'gap') replaceLast({ ...last, until })
    else append({ kind: 'gap', key: `g${++count}`, since, until })
  }

  return { rows, arrived, addMessage, addPresence, addGap }
}

export type Timeline = ReturnType<typeof createTimeline>
