// Which comments were heard: each counts once, whether it came live, from the history, or was sent by
// this page. Bounded: after so many the oldest are forgotten.
import { commentKey, type Heard } from './wire'

const LIMIT = 50_000

export class Ledger {
  private readonly keys = new Set<string>()

  constructor(private readonly limit = LIMIT) {}

  /** False: it is known. */
  note(key: string): boolean {
    if (this.keys.has(key)) return false
    this.keys.add(key)
    if (this.keys.size > this.limit) this.keys.delete(this.keys.values().next().value!)
    return true
  }

  /** What a deletion takes back: its author's own comment, or any of that id when a back end says so. */
  taken({ user, id }: Extract<Heard, { kind: 'delete' }>): string[] {
    // Noted as well: the comment may yet come, from a page of the history.
    if (user) return this.keys.add(commentKey(user, id)) && [commentKey(user, id)]
    return [...this.keys].filter((key) => key.endsWith(`\n${id}`))
  }
}
