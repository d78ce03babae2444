// A part of a channel without holes. After a return with too short a history, or a restart of the
// server, another one begins, and a gap row stands between the two.
import type { Entry } from './entry'
import type { Section } from './rows'
import type { Row } from './types'

/** A place in the channel, and the stream that it belongs to. */
export interface Place {
  epoch: string
  offset: number
}

export interface Span {
  readonly serial: number
  readonly epoch: string
  /** The first and the last offset that it covers, whether a message has it or not. */
  low: number
  high: number
  entries: Entry[]
  /** Nothing older is to be had. */
  closed: boolean
  /** When the line was lost before it, and when it was back. */
  lostAt: number
  backAt: number
}

export function sections(spans: readonly Span[]): Section[] {
  return spans.map((span, index) => ({
    head: index === 0 ? start(span) : gap(span),
    entries: span.entries,
  }))
}

function start({ closed, low, epoch }: Span): Row | null {
  return closed ? { kind: 'start', key: 'start', complete: epoch !== '' && low <= 1 } : null
}

function gap({ serial, lostAt, backAt, entries, closed }: Span): Row {
  const until = Math.min(backAt, entries[0]?.message.time ?? backAt)
  const since = Math.min(lostAt, until)
  return { kind: 'gap', key: `gap ${serial}`, since, until, open: !closed }
}
