// All that one user, or the back ends, did to the messages of one id. Promise: the same changes give the
// same deeds in whatever order they come, for each carries its place in the channel: the last one wins.
import type { Change } from './schema'
import type { Author, Subject } from './subject'

/** Kinds of reactions by one user to one message; beyond it the last ones count. */
export const KINDS_EACH = 20

export interface Vote {
  on: boolean
  order: number
  /** The first one ever decides where it is listed, so that chips stay where they are. */
  first: number
}

export class Deeds {
  edit: { text: string; order: number } | null = null
  deleted = false
  readonly votes = new Map<string, Vote>()

  constructor(
    readonly subject: Subject,
    readonly by: Author,
  ) {}

  /** Edits and deletes are for the messages of one author, votes for whoever was the first. */
  get touchesWords(): boolean {
    return this.deleted || this.edit !== null
  }

  add(change: Change, order: number): void {
    if (change.kind === 'reaction') return this.vote(change.emoji, change.on, order)
    if (change.kind === 'delete') this.deleted = true
    else if ((this.edit?.order ?? -1) <= order) this.edit = { text: change.text, order }
    // Behind a delete no text counts.
    if (this.deleted) this.edit = null
  }

  private vote(emoji: string, on: boolean, order: number): void {
    const { votes } = this
    const before = votes.get(emoji)
    const last = before && before.order > order ? before : { on, order }
    votes.set(emoji, { ...last, first: Math.min(order, before?.first ?? order) })
    if (votes.size <= KINDS_EACH) return
    const [oldest] = [...votes].reduce((one, other) =>
      other[1].order < one[1].order ? other : one,
    )
    votes.delete(oldest)
  }
}
