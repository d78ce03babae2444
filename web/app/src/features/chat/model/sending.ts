// What the user says and does in one conversation, on its way to the server: checks, the outbox and its
// copy in storage, and how all of it looks meanwhile.
import { Entry, keyOf, type MessageRow, type Pending, type Perspective } from './entry'
import { Outbox, OUTBOX_LIMIT, type Outgoing as Queued } from './outbox'
import { problem } from './problems'
import {
  MAX_FILES,
  MAX_TEXT,
  quote,
  readRoom,
  type Change,
  type ChangeData,
  type Publication,
} from './schema'
import type { ChatStorage } from './storage'
import type { Timeline } from './timeline'
import type { ChatMessage, Outgoing, Problem } from './types'

/** A command around the data, and what JSON makes of it. */
const FRAME_BYTES = 512

interface Hooks {
  channel: string
  eyes: Perspective
  timeline: Timeline
  storage: ChatStorage
  newId(): string
  maxBytes: number
  publish(data: Queued['data']): Promise<unknown>
  changed(): void
}

export class Sending {
  private readonly outbox: Outbox
  private saved: readonly Queued[] = []
  private drawn = new Map<Queued, MessageRow>()

  constructor(private readonly hooks: Hooks) {
    const { channel, publish, storage } = hooks
    this.outbox = new Outbox({
      channel,
      publish,
      taken: (entry) => this.taken(entry),
      changed: () => this.changed(),
    })
    for (const { key, data, at, problem } of storage.waiting(channel)) {
      this.outbox.add(key, data, at, problem)
    }
  }

  get waiting(): number {
    return this.outbox.entries.length - this.failed
  }

  get failed(): number {
    return this.outbox.failed
  }

  lineUp = () => this.outbox.lineUp()
  lineDown = () => this.outbox.lineDown()

  /** What is seen in the channel is on its way no more. */
  heard({ user, info, data }: Publication): void {
    const { id } = (data ?? {}) as { id?: unknown }
    if (user === this.me && info && typeof id === 'string') this.outbox.settle(id)
  }

  find(id: string): ChatMessage | undefined {
    return this.rows().find(({ message }) => message.id === id)?.message
  }

  send({ text, reply = null, files = [] }: Outgoing): Problem | null {
    const id = this.hooks.newId()
    if (files.length > MAX_FILES) return problem('tooManyFiles', { max: MAX_FILES })
    return this.put(id, {
      type: 'message',
      id,
      text,
      ...(reply ? { reply: quote(reply) } : {}),
      ...(files.length > 0 ? { files } : {}),
    })
  }

  edit(id: string, text: string): Problem | null {
    const message = this.find(id) ?? this.hooks.timeline.find(id)?.message
    if (!message?.mine || message.deleted) return problem('notYours')
    if (text === message.text) return null
    const refused = this.check({ type: 'edit', id, text })
    if (refused) return refused
    return this.outbox.reword(id, text) ? null : this.change({ type: 'edit', id, text })
  }

  remove(id: string): void {
    const waiting = this.outbox.entries.find(({ key }) => key === id)
    const unsent = waiting && (waiting.tries === 0 || waiting.state === 'failed')
    if (unsent) this.discard(id)
    else if (this.find(id) ?? this.hooks.timeline.find(id)) this.change({ type: 'delete', id })
  }

  react(id: string, emoji: string): void {
    const message = this.hooks.timeline.find(id)?.message
    if (!message || message.deleted) return
    const on = !message.reactions.some((one) => one.emoji === emoji && one.mine)
    const isOpposite = ({ data, tries }: Queued) =>
      tries === 0 && data.type === 'reaction' && data.id === id && data.emoji === emoji
    if (this.outbox.entries.some(isOpposite)) this.outbox.discard(isOpposite)
    else this.change({ type: 'reaction', id, emoji, on })
  }

  retry = (id: string) => this.outbox.retry(({ data }) => data.id === id)
  retryAll = () => this.outbox.retry(() => true)
  discard = (id: string) => this.outbox.discard(({ data }) => data.id === id)
  /** What failed, and what waits behind it. */
  discardAll = () => this.outbox.discard(({ state }) => state === 'failed' || state === 'queued')

  /** Messages that the channel does not show yet. */
  rows(): MessageRow[] {
    const pending = this.pending()
    const drawn = new Map<Queued, MessageRow>()
    for (const entry of this.outbox.entries) {
      if (entry.data.type !== 'message' || this.hooks.timeline.has(this.me, entry.key)) continue
      const changes = pending.get(entry.key)
      const known = changes ? undefined : this.drawn.get(entry)
      drawn.set(entry, known ?? this.draw(entry, changes ?? []))
    }
    this.drawn = drawn
    return [...drawn.values()]
  }

  private get me(): string {
    return this.hooks.eyes.me
  }

  private draw({ key, data, at, state, problem }: Queued, changes: readonly Pending[]): MessageRow {
    const said = readRoom({ data, user: this.me, epoch: '', id: key })
    if (said?.kind !== 'message') throw new Error('a message is a message')
    const entry = new Entry(said, this.me, 0, { offset: null, time: at }, this.hooks.eyes)
    entry.cover(changes)
    const message = { ...entry.message, state, problem }
    return { kind: 'message', key: keyOf(this.me, key), message, continues: false }
  }

  private change(data: ChangeData): Problem | null {
    return this.put(this.hooks.newId(), data)
  }

  private put(key: string, data: Queued['data']): Problem | null {
    const refused = this.check(data)
    if (!refused) this.outbox.add(key, data)
    return refused
  }

  private check(data: Queued['data']): Problem | null {
    if (this.outbox.full) return problem('queueFull', { max: OUTBOX_LIMIT })
    if ('text' in data && data.text.length > MAX_TEXT) return problem('tooLong', { max: MAX_TEXT })
    const bytes = new TextEncoder().encode(JSON.stringify(data)).length + FRAME_BYTES
    return bytes > this.hooks.maxBytes ? problem('tooBig', { max: this.hooks.maxBytes }) : null
  }

  /** The server has it; until it comes back by the channel it stands at the end. */
  private taken({ key, data, at }: Queued): void {
    const { timeline } = this.hooks
    timeline.addTaken({ data, user: this.me, info: {}, epoch: '', id: key, time: at })
  }

  private pending(): Map<string, Pending[]> {
    const pending = new Map<string, Pending[]>()
    for (const { data, state, problem } of this.outbox.entries) {
      if (data.type === 'message') continue
      const change = readRoom({ data, user: this.me, epoch: '', id: '' }) as Change
      pending.set(data.id, [...(pending.get(data.id) ?? []), { change, state, problem }])
    }
    return pending
  }

  private changed(): void {
    const { entries } = this.outbox
    // A reaction is not worth a question; it is gone again.
    const lost = entries.filter(({ state, data }) => state === 'failed' && data.type === 'reaction')
    if (lost.length > 0) return this.outbox.discard((entry) => lost.includes(entry))
    const same = (entry: Queued, index: number) =>
      entry.data === this.saved[index]?.data && entry.problem === this.saved[index]?.problem
    if (entries.length !== this.saved.length || !entries.every(same)) this.save(entries)
    this.hooks.timeline.cover(this.pending())
    this.hooks.changed()
  }

  private save(entries: readonly Queued[]): void {
    const gone = new Set(this.saved.map(({ key }) => key))
    this.hooks.storage.keepWaiting(this.hooks.channel, entries, gone)
    this.saved = entries
  }
}
