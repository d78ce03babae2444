// What was said in one channel, as far as this page knows it: publications in, rows out. Pure state
// without wire, clock or DOM. Owner: the conversation. Promises: a message is there once, wherever its
// copies come from; live and old publications lead to the same state in whatever order they are
// loaded, and what was trimmed comes back as it was; a live one costs the same however long the log is.
import { authorOf, Entry, type Pending, type Perspective } from './entry'
import { RowList } from './rows'
import { readRoom, type Change, type Publication, type Said } from './schema'
import { sections, type Place, type Span } from './span'
import type { Author } from './subject'
import { Subjects } from './subjects'
import type { ChatMessage } from './types'

/** Each stream of a channel has its own stretch of the one order. */
const STREAM = 2 ** 32

export class Timeline {
  readonly list = new RowList()
  private spans: Span[] = []
  private readonly streams = new Map<string, number>()
  private pending: ReadonlyMap<string, readonly Pending[]> = new Map()
  private serial = 0

  constructor(
    private readonly eyes: Perspective,
    private readonly subjects = new Subjects(),
  ) {}

  // Reading.

  get size(): number {
    return this.subjects.size
  }

  /** The newest place that was reached; null where places are not told. */
  get top(): Place | null {
    const last = this.spans.at(-1)
    return last && last.epoch !== '' ? { epoch: last.epoch, offset: last.high } : null
  }

  /** The newest part that could be longer: the one that a gap is above comes before the oldest. */
  get open(): Span | null {
    return this.spans.findLast((span) => !span.closed) ?? null
  }

  get hasGapToFill(): boolean {
    return this.spans.some((span, index) => index > 0 && !span.closed)
  }

  find(id: string): Entry | undefined {
    return this.subjects.find(id)
  }

  has(user: string, id: string): boolean {
    return this.subjects.entryOf(user, id) !== undefined
  }

  *newestFirst(): Generator<Entry> {
    for (const { entries } of this.spans.toReversed()) {
      for (let index = entries.length - 1; index >= 0; index--) yield entries[index]!
    }
  }

  /** The last words that still stand. */
  newest(): ChatMessage | null {
    for (const { message } of this.newestFirst()) if (!message.deleted) return message
    return null
  }

  /** Null for a place in a stream that is not known here. */
  orderOf({ epoch, offset }: Place): number | null {
    const stream = this.streams.get(epoch)
    return stream === undefined ? null : stream * STREAM + offset
  }

  // Growing.

  /** Publications come from behind this place on; true when something may be missing before it. */
  begin(place: Place | null, lostAt: number, backAt: number): boolean {
    const last = this.spans.at(-1)
    if (last && place && last.epoch === place.epoch && last.high === place.offset) return false
    const { epoch, offset } = place ?? { epoch: '', offset: 0 }
    if (!this.streams.has(epoch)) this.streams.set(epoch, this.streams.size)
    for (const span of this.spans) if (span.epoch !== epoch) span.closed = true
    if (last?.entries.length === 0) this.spans.pop()
    const since = last?.entries.length === 0 ? last.lostAt : lostAt
    this.spans.push({
      serial: ++this.serial,
      epoch,
      low: offset + 1,
      high: offset,
      entries: [],
      closed: offset === 0,
      lostAt: since,
      backAt,
    })
    this.rebuild()
    return last !== undefined
  }

  /** A publication at the live end. The entry when it is a message that was not there before. */
  add(publication: Publication): Entry | null {
    const span = this.spans.at(-1)!
    const { offset } = publication
    if (offset !== undefined && offset <= span.high && span.epoch !== '') return null
    if (offset !== undefined) span.high = offset
    const said = readRoom(publication)
    if (!said) return null
    const order = this.order(span, offset)
    if (said.kind !== 'message') return this.change(said, authorOf(publication), order)
    const known = this.subjects.entryOf(authorOf(publication), said.id)
    if (known) return this.confirm(known, span, publication, order)
    const entry = this.entry(said, publication, order)
    span.entries.push(entry)
    this.list.append(entry)
    return entry
  }

  /** What the server has taken and not yet sent back stands at the end until it comes. */
  addTaken(publication: Publication): void {
    if (this.spans.length > 0) this.add({ ...publication, offset: undefined })
  }

  /** An older page of `span`, in the channel's order. `end`: there is nothing before it. */
  prepend(span: Span, page: readonly Publication[], end: boolean): void {
    const older = this.spans[this.spans.indexOf(span) - 1]
    const meets = older !== undefined && older.epoch === span.epoch
    const reached = meets ? older.high : 0
    const entries: Entry[] = []
    for (const publication of page) {
      const { offset } = publication
      if (offset === undefined || offset <= reached || offset >= span.low) continue
      const entry = this.addOld(publication, this.order(span, offset))
      if (entry) entries.push(entry)
    }
    span.entries.unshift(...entries)
    span.low = Math.min(span.low, ...page.map(({ offset }) => offset ?? span.low))
    span.closed = end || span.low <= 1
    if (meets && span.low <= older.high + 1) this.join(older, span)
    else if (end) for (const one of this.spans) if (one.serial < span.serial) one.closed = true
    this.rebuild()
  }

  /** Keeps the newest messages only. They can be loaded again if the server still has them. */
  trim(keep: number): void {
    while (this.size > keep && this.spans.length > 0) {
      const first = this.spans[0]!
      const gone = first.entries.splice(0, this.size - keep)
      for (const entry of gone) this.subjects.remove(entry)
      const offset = first.entries.find(({ message }) => message.offset !== null)?.message.offset
      first.low = offset ?? first.high + 1
      first.closed = first.epoch !== this.top?.epoch
      if (first.entries.length > 0 || this.spans.length === 1) break
      this.spans.shift()
    }
    this.rebuild()
  }

  // Looks.

  /** Own changes that are not confirmed yet, by the id of what they change. */
  cover(pending: ReadonlyMap<string, readonly Pending[]>): void {
    const ids = new Set([...this.pending.keys(), ...pending.keys()])
    this.pending = pending
    for (const id of ids) {
      const entry = this.find(id)
      entry?.cover(pending.get(id) ?? [])
      if (entry) this.list.replace(entry)
    }
  }

  /** The divider stands before the first message of others behind this place. */
  divide(behind: number | null): void {
    this.list.divide(behind)
    this.rebuild()
  }

  private rebuild(): void {
    this.list.rebuild(sections(this.spans))
  }

  // Inside.

  /** What has no place comes behind what was there. */
  private order({ epoch, high }: Span, offset: number | undefined): number {
    return this.streams.get(epoch)! * STREAM + (offset ?? high)
  }

  private entry(said: Said, publication: Publication, order: number): Entry {
    const { offset = null, time = Date.now() } = publication
    const author = authorOf(publication)
    const subject = this.subjects.of(said.id)
    const entry = new Entry(said, author, order, { offset, time }, this.eyes, subject)
    this.subjects.add(entry)
    entry.cover(this.pending.get(said.id) ?? [])
    return entry
  }

  private addOld(publication: Publication, order: number): Entry | null {
    const said = readRoom(publication)
    if (!said) return null
    if (said.kind !== 'message') return this.change(said, authorOf(publication), order)
    const known = this.subjects.entryOf(authorOf(publication), said.id)
    if (!known) return this.entry(said, publication, order)
    if (known.order <= order && known.message.offset !== null) return null
    this.takeOut(known)
    known.place(order, publication.offset ?? null, publication.time ?? known.message.time)
    return known
  }

  /** A second copy is dropped, unless it is the first that has a place. */
  private confirm(entry: Entry, span: Span, { offset, time }: Publication, order: number): null {
    if (entry.message.offset !== null || offset === undefined) return null
    const last = span.entries.at(-1) === entry
    if (!last) this.takeOut(entry)
    entry.place(order, offset, time ?? entry.message.time)
    if (last) return (this.list.replace(entry), null)
    span.entries.push(entry)
    this.rebuild()
    return null
  }

  private change(change: Change, by: Author, order: number): null {
    for (const entry of this.subjects.change(change, by, order)) {
      entry.look()
      this.list.replace(entry)
    }
    return null
  }

  private takeOut(entry: Entry): void {
    for (const span of this.spans) {
      const index = span.entries.lastIndexOf(entry)
      if (index >= 0) return void span.entries.splice(index, 1)
    }
  }

  private join(older: Span, newer: Span): void {
    older.entries.push(...newer.entries)
    older.high = newer.high
    this.spans.splice(this.spans.indexOf(newer), 1)
  }
}
