// All messages of a channel by their ids, and what was done to those that are not loaded (any more).
// Owner: the timeline. Promises: what is awaited is bounded, and nobody's deeds push out another's.
import type { Deeds } from './deeds'
import type { Entry } from './entry'
import type { Change } from './schema'
import { Subject, type Author } from './subject'

/** Deeds, each of one user to one id, that wait for a message. Beyond it whoever has the most of them
 * loses the oldest. */
export const AWAITED_KEPT = 10_000

export class Subjects {
  /** Messages. */
  size = 0
  private readonly byId = new Map<string, Subject>()
  /** By whom; the oldest first. */
  private readonly awaited = new Map<Author, Set<Deeds>>()
  private waiting = 0

  constructor(private readonly kept = AWAITED_KEPT) {}

  find(id: string): Entry | undefined {
    return this.byId.get(id)?.first
  }

  entryOf(author: Author, id: string): Entry | undefined {
    return this.byId.get(id)?.entryOf(author)
  }

  of(id: string): Subject {
    const subject = this.byId.get(id) ?? new Subject(id)
    this.byId.set(id, subject)
    return subject
  }

  add(entry: Entry): void {
    this.size++
    this.hold(entry.subject, [...entry.subject.entries, entry])
  }

  /** What was done to it stays: older pages may bring it back. */
  remove(entry: Entry): void {
    this.size--
    this.hold(
      entry.subject,
      entry.subject.entries.filter((one) => one !== entry),
    )
  }

  /** The messages that look different now. */
  change(change: Change, by: Author, order: number): readonly Entry[] {
    const subject = this.of(change.id)
    const deeds = subject.deedsBy(by)
    deeds.add(change, order)
    this.sort(deeds)
    return subject.meant(change, by)
  }

  private hold(subject: Subject, entries: readonly Entry[]): void {
    subject.entries = entries
    const all = [...subject.allDeeds()]
    for (const deeds of all) this.sort(deeds)
    if (all.length > 0) for (const entry of entries) entry.look()
    if (subject.isEmpty) this.byId.delete(subject.id)
  }

  private sort(deeds: Deeds): void {
    const those = this.awaited.get(deeds.by) ?? new Set()
    const isIdle = deeds.subject.isIdle(deeds)
    if (isIdle === those.has(deeds)) return
    if (!isIdle) return this.settle(deeds, those)
    this.awaited.set(deeds.by, those.add(deeds))
    if (++this.waiting > this.kept) this.drop()
  }

  private settle(deeds: Deeds, those: Set<Deeds>): void {
    this.waiting--
    those.delete(deeds)
    if (those.size === 0) this.awaited.delete(deeds.by)
  }

  private drop(): void {
    const most = [...this.awaited.values()].reduce((one, other) =>
      other.size > one.size ? other : one,
    )
    const [oldest] = most
    const { subject } = oldest!
    this.settle(oldest!, most)
    subject.forget(oldest!)
    if (subject.isEmpty) this.byId.delete(subject.id)
  }
}
