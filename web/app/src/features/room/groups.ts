// Turns rows into what the eye reads: consecutive messages of one author form a group under one
// name and one time.
import type { Outgoing } from '@/shared/api/outbox'
import type { GapRow, MessageRow, PresenceRow, Row } from './timeline'

export const GROUP_MS = 3 * 60_000

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

export function groupRows(rows: readonly Row[]): TimelineItem[] {
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
  const previous = group.rows.at(-1)!
  return group.from === row.from && group.to === row.to && row.at - previous.at < GROUP_MS
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
