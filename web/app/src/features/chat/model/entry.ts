// One message and all that was done to it. Changes may come in any order (older pages of history are
// loaded after newer ones): each carries its place in the channel, and the last place wins.
import type { Change, Publication, Said } from './schema'
import type { ChatMessage, Problem, Reaction, Row, SendState } from './types'

export type MessageRow = Extract<Row, { kind: 'message' }>

/** Through whose eyes a message is seen. */
export interface Perspective {
  me: string
  mentions(text: string): boolean
}

/** Who publishes: `backend` may change every message, a user only those of its own. */
export interface Author {
  user: string
  backend: boolean
}

/** A change of one's own that the server has not confirmed yet. */
export interface Pending {
  change: Change
  state: SendState
  problem: Problem | null
}

const EMOJIS_KEPT = 50

interface Vote {
  on: boolean
  order: number
}

export const keyOf = (user: string, id: string) => `${user}\n${id}`
export const authorOf = ({ user, info }: Publication): Author => ({
  user,
  backend: info === undefined,
})

export class Entry {
  readonly key: string
  message: ChatMessage
  /** Where it is shown: the row, and its place among the rows of the timeline. */
  row: MessageRow | null = null
  index = -1
  private readonly original: ChatMessage
  private edited: { text: string; order: number } | null = null
  private deleted = false
  private votes: Map<string, Map<string, Vote>> | null = null
  private pending: readonly Pending[] = []

  constructor(
    private readonly said: Said,
    private readonly author: Author,
    /** Its place among everything that this page has seen of the channel. */
    public order: number,
    place: { offset: number | null; time: number },
    private readonly eyes: Perspective,
  ) {
    const { user, backend } = author
    this.key = keyOf(user, said.id)
    const mine = !backend && user === eyes.me
    this.original = {
      id: said.id,
      offset: place.offset,
      user,
      name: backend && said.name ? said.name : user,
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
      sentAt: place.time,
    }
    this.message = this.original
  }

  /** The server has numbered it. */
  place(order: number, offset: number | null, time: number): void {
    this.order = order
    Object.assign(this.original, { offset, time })
    this.look()
  }

  /** False when the change does not count, or changes nothing. */
  apply(change: Change, by: Author, order: number): boolean {
    if (this.deleted) return false
    if (change.kind === 'reaction') return this.vote(change, by.user, order)
    if (!by.backend && (this.author.backend || by.user !== this.author.user)) return false
    if (change.kind === 'delete') this.deleted = true
    else if (this.edited && this.edited.order > order) return false
    else this.edited = { text: change.text, order }
    this.look()
    return true
  }

  /** Shows it as it will be. */
  cover(pending: readonly Pending[]): void {
    if (pending.length === 0 && this.pending.length === 0) return
    this.pending = pending
    this.look()
  }

  private vote({ emoji, on }: Change & { kind: 'reaction' }, user: string, order: number): boolean {
    this.votes ??= new Map()
    const votes = this.votes.get(emoji) ?? new Map<string, Vote>()
    if ((votes.get(user)?.order ?? -1) > order) return false
    if (!this.votes.has(emoji) && this.votes.size >= EMOJIS_KEPT) return false
    this.votes.set(emoji, votes.set(user, { on, order }))
    this.look()
    return true
  }

  /** Anew from all that is known: a new object, so that only its row is drawn again. */
  private look(): void {
    const ofText = this.pending.filter(({ change }) => change.kind !== 'reaction')
    const { state, problem } = ofText.at(-1) ?? this.original
    if (this.deleted || ofText.some(({ change }) => change.kind === 'delete')) {
      const nothing = { text: '', reply: null, files: [], reactions: [], mentionsMe: false }
      this.message = { ...this.original, ...nothing, deleted: true, state, problem }
      return
    }
    const edit = ofText.map(({ change }) => change).findLast((change) => change.kind === 'edit')
    const text = edit?.text ?? this.edited?.text ?? this.said.text
    this.message = {
      ...this.original,
      text,
      edited: edit !== undefined || this.edited !== null,
      mentionsMe: !this.original.mine && this.eyes.mentions(text),
      reactions: this.reactions(),
      state,
      problem,
    }
  }

  private reactions(): Reaction[] {
    const users = new Map<string, Set<string>>()
    for (const [emoji, votes] of this.votes ?? []) {
      users.set(emoji, new Set([...votes].flatMap(([user, { on }]) => (on ? user : []))))
    }
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
