// One message as it is shown: what was said, what was done to it, and one's own changes on their way.
import type { Change, Publication, Said } from './schema'
import { Subject, type Author } from './subject'
import type { ChatMessage, Problem, Reaction, Row, SendState } from './types'

export type MessageRow = Extract<Row, { kind: 'message' }>

/** Through whose eyes a message is seen. */
export interface Perspective {
  me: string
  mentions(text: string): boolean
}

/** A change of one's own that the server has not confirmed yet. */
export interface Pending {
  change: Change
  state: SendState
  problem: Problem | null
}

/** Of its row, too. No user's name begins with a line feed. */
export const keyOf = (author: Author, id: string) => `${author ?? '\n'}\n${id}`
export const authorOf = ({ user, info }: Publication): Author => (info === undefined ? null : user)

export class Entry {
  readonly key: string
  message: ChatMessage
  /** Where it is shown: the row, and its place among the rows of the timeline. */
  row: MessageRow | null = null
  index = -1
  private readonly original: ChatMessage
  private pending: readonly Pending[] = []

  constructor(
    private readonly said: Said,
    readonly author: Author,
    /** Its place among everything that this page has seen of the channel. */
    public order: number,
    place: { offset: number | null; time: number },
    private readonly eyes: Perspective,
    readonly subject = new Subject(said.id),
  ) {
    const user = author ?? ''
    this.key = keyOf(author, said.id)
    const mine = author === eyes.me
    this.original = {
      id: said.id,
      offset: place.offset,
      user,
      name: author === null && said.name ? said.name : user,
      mine,
      time: place.time,
      text: said.text,
      comment: said.comment,
      edited: false,
      deleted: false,
      reply: said.reply,
      files: said.files,
      reactions: [],
      mentionsMe: !mine && eyes.mentions(said.text),
      state: 'sent',
      problem: null,
    }
    this.message = this.original
  }

  /** The server has numbered it. */
  place(order: number, offset: number | null, time: number): void {
    this.order = order
    Object.assign(this.original, { offset, time })
    this.look()
    // Another one may be the first of this id now.
    for (const entry of this.subject.entries) if (entry !== this) entry.look()
  }

  /** Shows it as it will be. */
  cover(pending: readonly Pending[]): void {
    if (pending.length === 0 && this.pending.length === 0) return
    this.pending = pending
    this.look()
  }

  /** Anew from all that is known: a new object, so that only its row is drawn again. */
  look(): void {
    const { deleted, text: edited } = this.subject.words(this.author)
    const ofText = this.pending.filter(({ change }) => change.kind !== 'reaction')
    const { state, problem } = ofText.at(-1) ?? this.original
    if (deleted || ofText.some(({ change }) => change.kind === 'delete')) {
      const nothing = { text: '', reply: null, files: [], reactions: [], mentionsMe: false }
      this.message = { ...this.original, ...nothing, deleted: true, state, problem }
      return
    }
    const edit = ofText.map(({ change }) => change).findLast((change) => change.kind === 'edit')
    const text = edit?.text ?? edited ?? this.said.text
    this.message = {
      ...this.original,
      text,
      edited: edit !== undefined || edited !== null,
      mentionsMe: !this.original.mine && this.eyes.mentions(text),
      reactions: this.reactions(),
      state,
      problem,
    }
  }

  private reactions(): Reaction[] {
    const isMeant = this.subject.first === this
    const users = isMeant ? this.subject.reactions() : new Map<string, Set<string>>()
    for (const { change } of this.pending) {
      if (change.kind !== 'reaction') continue
      const those = users.get(change.emoji) ?? new Set()
      if (change.on) those.add(this.eyes.me)
      else those.delete(this.eyes.me)
      users.set(change.emoji, those)
    }
    return [...users]
      .filter(([, those]) => those.size > 0)
      .map(([emoji, those]) => ({ emoji, users: [...those], mine: those.has(this.eyes.me) }))
  }
}
