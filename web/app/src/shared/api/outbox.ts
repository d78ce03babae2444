// What the user said and the server has not confirmed yet, in order. Survives a lost line; a resend
// carries the same ref, so that receivers can drop the second copy. Framework-free; owner: the room
// session. Promise: never more than OUTBOX_LIMIT entries, and none leaves without an answer.
import { Emitter } from './emitter'
import type { ClientFrame } from './wire'

export const OUTBOX_LIMIT = 200
export const ACK_MS = 15_000
/** Unanswered tries on a live line before a message counts as failed. */
export const MAX_TRIES = 3

export interface Outgoing {
  ref: string
  text: string
  /** The one person it is for; absent for the whole room. */
  to?: string
  createdAt: number
  state: 'queued' | 'sending' | 'failed'
  tries: number
  failure: Failure | null
}

/** Why a message failed; `words` are the server's. */
export interface Failure {
  cause: 'refused' | 'unanswered' | 'too_big'
  words: string
}

type Timer = ReturnType<typeof setTimeout>

export class Outbox extends Emitter<{ change: readonly Outgoing[] }> {
  entries: readonly Outgoing[] = []
  private timers = new Map<string, Timer>()

  constructor(
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly newRef: () => string,
  ) {
    super()
  }

  get full(): boolean {
    return this.entries.length >= OUTBOX_LIMIT
  }

  /** False when full: the text stays with the caller, nothing is dropped silently. */
  add(text: string, to?: string): boolean {
    if (this.full) return false
    const ref = this.newRef()
    const entry = { ref, text, to, createdAt: Date.now(), tries: 0, failure: null }
    this.replace([...this.entries, { ...entry, state: 'queued' }])
    this.transmit(ref)
    return true
  }

  /** The line is up: everything unconfirmed goes out again, oldest first. */
  lineUp(): void {
    for (const entry of this.entries) {
      if (entry.state === 'failed') continue
      this.change(entry.ref, { tries: 0 })
      this.transmit(entry.ref)
    }
  }

  lineDown(): void {
    this.clearTimers()
    this.replace(this.entries.map((e) => (e.state === 'sending' ? { ...e, state: 'queued' } : e)))
  }

  /** Removes and returns the entry that an ack or an own echo confirms. */
  settle(ref: string): Outgoing | undefined {
    const entry = this.entries.find((e) => e.ref === ref)
    if (entry) this.discard(ref)
    return entry
  }

  fail(ref: string, cause: Failure['cause'], words = ''): void {
    this.clearTimer(ref)
    this.change(ref, { state: 'failed', failure: { cause, words } })
  }

  /** The server closed the line over one message's size; only the biggest in flight can be it. */
  failBiggest(): void {
    const flying = this.entries.filter((e) => e.state === 'sending')
    const biggest = flying.sort((a, b) => b.text.length - a.text.length)[0]
    if (biggest) this.fail(biggest.ref, 'too_big')
  }

  retry(ref: string): void {
    const entry = this.entries.find((e) => e.ref === ref)
    if (!entry) return
    const others = this.entries.filter((e) => e.ref !== ref)
    this.replace([...others, { ...entry, state: 'queued', tries: 0, failure: null }])
    this.transmit(ref)
  }

  discard(ref: string): void {
    this.clearTimer(ref)
    this.replace(this.entries.filter((e) => e.ref !== ref))
  }

  private transmit(ref: string): void {
    const entry = this.entries.find((e) => e.ref === ref)
    if (!entry) return
    this.clearTimer(ref)
    if (entry.tries >= MAX_TRIES) return this.fail(ref, 'unanswered')
    if (!this.send({ data: entry.text, ref, ...(entry.to ? { to: entry.to } : {}) })) return
    this.change(ref, { state: 'sending', tries: entry.tries + 1 })
    this.timers.set(
      ref,
      setTimeout(() => this.transmit(ref), ACK_MS),
    )
  }

  private change(ref: string, change: Partial<Outgoing>): void {
    this.replace(this.entries.map((e) => (e.ref === ref ? { ...e, ...change } : e)))
  }

  private replace(entries: readonly Outgoing[]): void {
    this.entries = entries
    this.emit('change', entries)
  }

  private clearTimer(ref: string): void {
    clearTimeout(this.timers.get(ref))
    this.timers.delete(ref)
  }

  private clearTimers(): void {
    for (const ref of [...this.timers.keys()]) this.clearTimer(ref)
  }
}
