// What a line tells of itself, the same for both kinds of connection: one status, and the last events.
// The connection pill of a page shows either. Owner: the connection; readers get the refs only.
import { shallowRef, type ShallowRef } from 'vue'

/** waiting: lost, and comes back by itself at `retryAt`. closed: ended, and does not. */
export type LineState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'

/** Why a line is not up: a close (or no token to open it with), silence, an attempt that hung, or the user. */
export type LineLoss = 'closed' | 'silent' | 'unanswered' | 'dropped'

export interface LineStatus {
  state: LineState
  /** Attempts since the line was last up; the first is 1. 0 while it is up. */
  attempt: number
  /** The last measured round trip. */
  rttMs: number | null
  /** When the next attempt begins, in milliseconds since 1970. */
  retryAt: number | null
  /** Close code and reason of the last loss; null while the line is up. */
  code: number | null
  reason: string
  /** False after an end that the same attempt would only meet again. */
  retryable: boolean
}

export interface LineEvent {
  at: number
  kind: 'connecting' | 'connected' | 'lost' | 'ended' | 'stopped'
  loss?: LineLoss
  attempt?: number
  code?: number
  reason?: string
}

export const EVENTS_KEPT = 20

export class LineRecord {
  readonly status: ShallowRef<LineStatus> = shallowRef<LineStatus>({
    state: 'idle',
    attempt: 0,
    rttMs: null,
    retryAt: null,
    code: null,
    reason: '',
    retryable: true,
  })
  readonly events: ShallowRef<readonly LineEvent[]> = shallowRef<readonly LineEvent[]>([])

  get state(): LineState {
    return this.status.value.state
  }

  update(change: Partial<LineStatus>): void {
    this.status.value = { ...this.status.value, ...change }
  }

  connecting(attempt: number): void {
    this.note({ kind: 'connecting', attempt })
    this.update({ state: 'connecting', attempt, retryAt: null, rttMs: null })
  }

  connected(): void {
    this.note({ kind: 'connected' })
    this.update({
      state: 'connected',
      attempt: 0,
      retryAt: null,
      code: null,
      reason: '',
      retryable: true,
    })
  }

  lost(loss: LineLoss, code: number, reason: string, retryAt: number | null): void {
    this.note({ kind: 'lost', loss, code, reason })
    this.update({ state: 'waiting', retryAt, rttMs: null, code, reason, retryable: true })
  }

  ended(code: number, reason: string): void {
    this.note({ kind: 'ended', loss: 'closed', code, reason })
    this.update({ state: 'closed', retryAt: null, rttMs: null, code, reason, retryable: false })
  }

  stopped(): void {
    this.note({ kind: 'stopped' })
    this.update({ state: 'idle', attempt: 0, rttMs: null, retryAt: null })
  }

  private note(event: Omit<LineEvent, 'at'>): void {
    this.events.value = [...this.events.value.slice(1 - EVENTS_KEPT), { at: Date.now(), ...event }]
  }
}
