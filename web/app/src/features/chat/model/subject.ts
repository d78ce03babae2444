// What is known of one id: the messages that bear it (one, unless somebody copies it) and what was done
// to them, whether they are loaded or not.
import { Deeds, type Vote } from './deeds'
import type { Entry } from './entry'
import type { Change } from './schema'

/** Who publishes; null is a back end, "" somebody without a name. */
export type Author = string | null

/** Kinds of reactions that one message shows: the first ones. */
export const KINDS_SHOWN = 50

export class Subject {
  entries: readonly Entry[] = []
  /** Most messages have none. */
  private done: Map<Author, Deeds> | null = null

  constructor(readonly id: string) {}

  get isEmpty(): boolean {
    return this.entries.length === 0 && !this.done?.size
  }

  /** The oldest: the one that a reaction means. */
  get first(): Entry | undefined {
    const { entries } = this
    return entries.length < 2
      ? entries[0]
      : entries.reduce((one, other) => (other.order < one.order ? other : one))
  }

  entryOf(author: Author): Entry | undefined {
    return this.entries.find((entry) => entry.author === author)
  }

  deedsBy(author: Author): Deeds {
    this.done ??= new Map()
    const deeds = this.done.get(author) ?? new Deeds(this, author)
    this.done.set(author, deeds)
    return deeds
  }

  allDeeds(): Iterable<Deeds> {
    return this.done?.values() ?? []
  }

  forget({ by }: Deeds): void {
    this.done?.delete(by)
  }

  /** The messages that look different after this change. */
  meant({ kind }: Change, by: Author): readonly Entry[] {
    if (kind === 'reaction') return this.first ? [this.first] : []
    return this.entries.filter(({ author }) => by === null || by === author)
  }

  /** Nothing that is loaded shows it, or not all of it. */
  isIdle({ by, touchesWords }: Deeds): boolean {
    return this.entries.length === 0 || (touchesWords && by !== null && !this.entryOf(by))
  }

  /** What became of the words of this author; a back end may change them, too. */
  words(author: Author): { deleted: boolean; text: string | null } {
    const own = this.done?.get(author)
    const backend = this.done?.get(null)
    const edits = [own?.edit, backend?.edit].filter((edit) => !!edit)
    edits.sort((one, other) => other.order - one.order)
    return { deleted: !!(own?.deleted || backend?.deleted), text: edits[0]?.text ?? null }
  }

  /** Who reacted with what, both in the order in which it began. */
  reactions(): Map<string, Set<string>> {
    const votes: { emoji: string; user: string; vote: Vote }[] = []
    for (const { by, votes: all } of this.allDeeds()) {
      for (const [emoji, vote] of all) votes.push({ emoji, user: by ?? '', vote })
    }
    votes.sort((one, other) => one.vote.first - other.vote.first)
    const users = new Map<string, Set<string>>()
    for (const { emoji, user, vote } of votes) {
      const those = users.get(emoji) ?? new Set()
      users.set(emoji, vote.on ? those.add(user) : those)
    }
    const shown = [...users].filter(([, those]) => those.size > 0)
    return new Map(shown.slice(0, KINDS_SHOWN))
  }
}
