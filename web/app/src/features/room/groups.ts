// Turns rows into what the eye reads: consecutive messages of one author form a group under one
// name and one time.
import type { Outgoing } from '@/shared/api/outbox'
import type { GapRow, MessageRow, PresenceRow, Row } from './timeline'

export const GROUP_MS = 3 * 60_000
/** A flood from one author stays in small groups, so that a new message redraws little. */
export const GROUP_ROWS = 20

export interface MessageGroup {
  kind: 'messages'
  key: string
  from: string
  to?: string
  own: boolean
  at: number
  rows: MessageRow[]
}

export type TimelineItem = MessageGroup | PresenceRow | GapRow

/** Groups that did not change are taken from `previous`, so that nothing of them is drawn again. */
export function groupRows(
  rows: readonly Row[],
  previous: readonly TimelineItem[] = [],
): TimelineItem[] {
  const known = new Map(previous.map((item) => [item.key, item]))
  return group(rows).map((item) => {
    const before = known.get(item.key)
    return before && isSame(item, before) ? before : item
  })
}

function isSame(item: TimelineItem, before: TimelineItem): boolean {
  if (item.kind !== 'messages' || before.kind !== 'messages') return item === before
  const sameSize = item.rows.length === before.rows.length
  return sameSize && item.rows.every((row, index) => row === before.rows[index])
}

function group(rows: readonly Row[]): TimelineItem[] {
  const items: TimelineItem[] = []
  for (const row of rows) {
    const last = items.at(-1)
    if (row.kind !== 'message') items.push(row)
    else if (last?.kind === 'messages' && belongs(last, row)) last.rows.push(row)
    else {
      const { key, from, to, own, at } = row
      items.push({ kind: 'messages', key, from, to, own, at, rows: [row] })
    }
  }
  return items
}

function belongs(group: MessageGroup, row: MessageRow): boolean {
  const soonAfter = row.at - group.rows.at(-1)!.at < GROUP_MS
  const sameTalk = group.from === row.from && group.to === row.to
  return sameTalk && soonAfter && group.rows.length < GROUP_ROWS
}

/** An unconfirmed message as a row, so that it looks like what it will become. */
export function pendingRow(entry: Outgoing, user: string): MessageRow {
  return {
    kind: 'message',
    key: entry.ref,
    from: user,
    to: entry.to,
    text: entry.text,
    form: 'text',
    at: entry.createdAt,
    own: true,
    state: entry.state,
    failure: entry.failure,
  }
}
