// What was said in one conversation and the server has not confirmed yet, in order: one goes out at a
// time, so that a refusal never lets later words overtake earlier ones. A resend carries the same id.
// Owner: the conversation, which says when the line is ready. Promises: never more than OUTBOX_LIMIT
// entries; none leaves without an answer or the user's will.
import {
  isOfLine,
  problem,
  publishProblem,
  TIMED_OUT,
  toWireError,
  type WireError,
} from './problems'
import type { ChangeData, MessageData } from './schema'
import type { Problem, SendState } from './types'

export const OUTBOX_LIMIT = 200
/** Unanswered tries on a line that stands before something counts as failed. */
export const MAX_TRIES = 3
export const FIRST_RETRY_MS = 1000
export const LAST_RETRY_MS = 30_000

export interface Outgoing {
  /** Of the message; a change has a name of its own. */
  readonly key: string
  readonly data: MessageData | ChangeData
  readonly at: number
  readonly state: SendState
  readonly tries: number
  readonly problem: Problem | null
}

interface Hooks {
  channel: string
  /** Rejects with the server's refusal, or when nobody answered in time. */
  publish(data: Outgoing['data']): Promise<unknown>
  /** The server has it. */
  taken(entry: Outgoing): void
  changed(): void
}

export class Outbox {
  entries: readonly Outgoing[] = []
  private ready = false
  private flying: string | null = null
  private pauses = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly hooks: Hooks) {}

  get full(): boolean {
    return this.entries.length >= OUTBOX_LIMIT
  }

  get failed(): number {
    return this.entries.filter(({ state }) => state === 'failed').length
  }

  add(key: string, data: Outgoing['data'], at = Date.now(), trouble: Problem | null = null): void {
    const state = trouble ? 'failed' : 'queued'
    this.set([...this.entries, { key, data, at, state, tries: 0, problem: trouble }])
    this.pump()
  }

  /** The line stands, and what came back by itself is settled. */
  lineUp(): void {
    this.ready = true
    this.pauses = 0
    this.set(this.entries.map((entry) => ({ ...entry, tries: 0 })))
    this.pump()
  }

  lineDown(): void {
    this.ready = false
    this.flying = null
    clearTimeout(this.timer)
    this.timer = undefined
    this.set(this.entries)
  }

  /** Seen in the channel, or dropped by the user. */
  settle(key: string): Outgoing | undefined {
    const entry = this.entries.find((one) => one.key === key)
    if (!entry) return undefined
    if (this.flying === key) this.flying = null
    this.set(this.entries.filter((one) => one !== entry))
    this.pump()
    return entry
  }

  /** Other words for what is not on its way yet; false when it is too late for that. */
  reword(key: string, text: string): boolean {
    const entry = this.entries.find((one) => one.key === key)
    if (entry?.data.type !== 'message' || entry.tries > 0) return false
    this.change(key, { data: { ...entry.data, text } })
    return true
  }

  retry(isMeant: (entry: Outgoing) => boolean): void {
    const again = { state: 'queued', tries: 0, problem: null } as const
    this.set(
      this.entries.map((one) =>
        one.state === 'failed' && isMeant(one) ? { ...one, ...again } : one,
      ),
    )
    this.pump()
  }

  discard(isMeant: (entry: Outgoing) => boolean): void {
    this.set(this.entries.filter((one) => !isMeant(one)))
    if (!this.entries.some(({ key }) => key === this.flying)) this.flying = null
    this.pump()
  }

  /** One at a time, the oldest first; what failed holds up all behind it. */
  private pump(): void {
    const next = this.entries[0]
    if (!this.ready || !next || this.flying !== null || this.timer !== undefined) return
    if (next.state === 'failed') return
    if (next.tries >= MAX_TRIES) {
      return this.fail(next.key, problem('unanswered', { tries: MAX_TRIES }))
    }
    this.flying = next.key
    this.change(next.key, { tries: next.tries + 1 })
    const current = () => this.flying === next.key && this.ready
    this.hooks.publish(next.data).then(
      () => this.confirmed(next),
      (error: unknown) => current() && this.refused(next.key, toWireError(error)),
    )
  }

  /** Even when the line broke meanwhile: what the server has is not sent again. */
  private confirmed({ key }: Outgoing): void {
    const entry = this.entries.find((one) => one.key === key)
    if (!entry) return
    this.pauses = 0
    this.hooks.taken(entry)
    this.settle(key)
  }

  private refused(key: string, error: WireError): void {
    this.flying = null
    if (error.code === TIMED_OUT) return this.pump()
    if (error.temporary || isOfLine(error)) return this.pause(key)
    this.fail(key, publishProblem(error, this.hooks.channel))
  }

  private pause(key: string): void {
    this.change(key, { tries: 0 })
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.pauses++, LAST_RETRY_MS)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.pump()
    }, delay)
  }

  private fail(key: string, trouble: Problem): void {
    this.change(key, { state: 'failed', problem: trouble })
  }

  private change(key: string, change: Partial<Outgoing>): void {
    this.set(this.entries.map((one) => (one.key === key ? { ...one, ...change } : one)))
  }

  /** All behind one that failed, and all without a line, wait; the others are on their way. */
  private set(entries: readonly Outgoing[]): void {
    let state: SendState = this.ready ? 'sending' : 'queued'
    this.entries = entries.map((one) => {
      if (one.state === 'failed') {
        state = 'queued'
        return one
      }
      return one.state === state ? one : { ...one, state }
    })
    this.hooks.changed()
  }
}
