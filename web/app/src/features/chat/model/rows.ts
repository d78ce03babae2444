// The log as rows: messages with day lines, the unread divider, gaps and the beginning. Appending and
// changing one costs the same however long the log is; only what moves others builds it anew.
import type { Entry, MessageRow } from './entry'
import type { ChatMessage, Row } from './types'

/** Messages of one person within this time stand together. */
export const GROUP_MS = 5 * 60_000

/** A part of the log without holes, and what stands before it. */
export interface Section {
  head: Row | null
  entries: readonly Entry[]
}

/** What decides about the next row: what stands above it. */
interface Above {
  message: ChatMessage | null
  divided: boolean
}

export class RowList {
  /** Grows in place. */
  rows: Row[] = []
  private above: Above = { message: null, divided: false }
  /** The divider stands before the first message of others behind this place. */
  private divider: number | null = null

  divide(behind: number | null): void {
    this.divider = behind
  }

  rebuild(sections: readonly Section[]): void {
    this.rows = []
    this.above = { message: null, divided: false }
    for (const { head, entries } of sections) {
      if (head) {
        this.rows.push(head)
        this.above.message = null
      }
      for (const entry of entries) this.append(entry)
    }
  }

  append(entry: Entry): void {
    const { message, row, key } = entry
    const continues = this.lead(this.rows, this.above, key, message, entry.order)
    entry.index = this.rows.length
    const same = row?.message === message && row.continues === continues
    entry.row = same ? row : { kind: 'message', key, message, continues }
    this.rows.push(entry.row)
  }

  /** The message changed and stays where it is. */
  replace(entry: Entry): void {
    const { row, index, message } = entry
    if (!row || this.rows[index] !== row) return
    entry.row = { ...row, message }
    this.rows[index] = entry.row
    if (this.above.message === row.message) this.above.message = message
  }

  /** All rows, and those of what is not in the log yet below. */
  shown(pending: readonly MessageRow[]): Row[] {
    return [...this.rows, ...this.tail(pending)]
  }

  private tail(pending: readonly MessageRow[]): Row[] {
    const above = { ...this.above }
    const rows: Row[] = []
    for (const row of pending) {
      const { key, message } = row
      const continues = this.lead(rows, above, key, message, 0)
      rows.push(row.continues === continues ? row : { ...row, continues })
    }
    return rows
  }

  /** Pushes what stands between the last message and this one; true when nothing does. */
  private lead(
    rows: Row[],
    above: Above,
    key: string,
    message: ChatMessage,
    order: number,
  ): boolean {
    const before = above.message
    const length = rows.length
    above.message = message
    if (!before || !sameDay(before.time, message.time)) {
      rows.push({ kind: 'day', key: `day ${key}`, time: message.time })
    }
    if (this.divider !== null && !above.divided && order > this.divider && !message.mine) {
      above.divided = true
      rows.push({ kind: 'unread', key: 'unread' })
    }
    return rows.length === length && before !== null && belongTogether(before, message)
  }
}

function belongTogether(before: ChatMessage, message: ChatMessage): boolean {
  return (
    before.user === message.user &&
    before.name === message.name &&
    Math.abs(message.time - before.time) < GROUP_MS
  )
}

function sameDay(one: number, other: number): boolean {
  if (Math.abs(one - other) >= 25 * 3_600_000) return false
  return new Date(one).getDate() === new Date(other).getDate()
}
