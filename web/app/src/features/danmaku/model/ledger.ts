// Which comments were heard: each counts once, whether it came live, from the history, or was sent by
// this page. Bounded: after so many the oldest are forgotten.
import { commentKey, type Deletion } from './wire'

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

  /** What a deletion takes back: any comment of that id for a back end, the own one for its author. */
  taken({ user, backend, id }: Deletion): string[] {
    if (backend) return [...this.keys].filter((key) => key.endsWith(`\n${id}`))
    // Whether it was this one who said it, nobody can tell of an anonymous user.
    if (!user) return []
    const key = commentKey(user, id)
    // Noted as well: the comment may yet come, from a page of the history.
    this.note(key)
    return [key]
  }
}
