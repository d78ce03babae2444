// One line to a room of the plain dialect: a WebSocket that says whether it lives (heartbeat), comes
// back when it does not (retry), and tells all of it as states and events. Framework-free; the page
// reaches it through usePlainSocket. Owner: the caller, who must `stop()` it.
// Promise: at most one socket and one retry timer at a time; an abandoned socket is never heard again.
import { Emitter } from './emitter'
import { isRetryable, parseFrame, type ClientFrame, type ServerFrame } from './wire'

export const HEARTBEAT_MS = 3000
export const RETRY_MS = 4000
/** A connection attempt without a welcome is given up after this time. */
export const CONNECT_MS = 8000
export const EVENTS_KEPT = 20

export type LineState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'

/** Why the line is not up: the server's close, silence, an attempt that hung, or the user. */
export type LineLoss = 'closed' | 'silent' | 'unanswered' | 'dropped'

export interface LineStatus {
  state: LineState
  /** Attempts since the line was last up; the first is 1. */
  attempt: number
  rttMs: number | null
  retryAt: number | null
  /** The close code and reason of the last loss. */
  code: number | null
  reason: string
}

export interface LineEvent {
  at: number
  kind: 'connecting' | 'connected' | 'lost' | 'ended' | 'stopped'
  loss?: LineLoss
  attempt?: number
  code?: number
  reason?: string
}

interface LineEvents {
  status: LineStatus
  events: LineEvent[]
  frame: ServerFrame
  lost: { code: number }
}

type Timer = ReturnType<typeof setTimeout>

export class PlainSocket extends Emitter<LineEvents> {
  status: LineStatus = {
    state: 'idle',
    attempt: 0,
    rttMs: null,
    retryAt: null,
    code: null,
    reason: '',
  }
  events: LineEvent[] = []

  private socket: WebSocket | null = null
  private retryTimer: Timer | undefined
  private beatTimer: Timer | undefined
  private deadline: Timer | undefined
  private pingSentAt: number | null = null

  constructor(
    private readonly url: string,
    private readonly Socket: typeof WebSocket = WebSocket,
  ) {
    super()
  }

  start(): void {
    if (this.status.state === 'idle' || this.status.state === 'closed') this.connect(1)
  }

  stop(): void {
    if (this.status.state === 'idle') return
    this.abandon()
    this.note({ kind: 'stopped' })
    this.update({ state: 'idle', attempt: 0, rttMs: null, retryAt: null })
  }

  /** True if the frame went to a live line; the caller keeps it otherwise. */
  send(frame: ClientFrame): boolean {
    if (this.status.state !== 'connected') return false
    this.socket?.send(JSON.stringify(frame))
    return true
  }

  /** The user's "drop the line": the same road as a real loss, to see that the page comes back. */
  drop(): void {
    if (this.socket) this.lose('dropped', 1000, '')
  }

  /** Good news from outside (network back, page visible): try now, or check the line now. */
  wake(): void {
    if (this.status.state === 'waiting') this.connect(this.status.attempt + 1)
    else if (this.status.state === 'connected' && this.pingSentAt === null) this.beat()
  }

  private connect(attempt: number): void {
    this.abandon()
    this.update({ state: 'connecting', attempt, retryAt: null, rttMs: null })
    this.note({ kind: 'connecting', attempt })
    const socket = new this.Socket(this.url)
    this.socket = socket
    socket.onmessage = (event) => this.receive(event.data)
    // An error says nothing that the close after it does not say better.
    socket.onclose = (event) => this.lose('closed', event.code, event.reason)
    this.deadline = setTimeout(() => this.lose('unanswered', 1006, ''), CONNECT_MS)
  }

  private receive(data: unknown): void {
    if (data === 'pong') return this.pong()
    const frame = typeof data === 'string' ? parseFrame(data) : null
    if (!frame) return
    if (frame.type === 'welcome' && this.status.state === 'connecting') this.welcome()
    this.emit('frame', frame)
  }

  private welcome(): void {
    clearTimeout(this.deadline)
    this.update({ state: 'connected', attempt: 0, code: null, reason: '' })
    this.note({ kind: 'connected' })
    this.beat()
  }

  private beat(): void {
    clearTimeout(this.beatTimer)
    this.pingSentAt = performance.now()
    this.socket?.send('ping')
    this.deadline = setTimeout(() => this.lose('silent', 1006, ''), HEARTBEAT_MS)
  }

  private pong(): void {
    if (this.pingSentAt === null) return
    clearTimeout(this.deadline)
    this.update({ rttMs: performance.now() - this.pingSentAt })
    this.pingSentAt = null
    this.beatTimer = setTimeout(() => this.beat(), HEARTBEAT_MS)
  }

  private lose(loss: LineLoss, code: number, reason: string): void {
    this.abandon()
    const comesBack = loss !== 'closed' || isRetryable(code)
    const attempt = this.status.attempt
    this.note({ kind: comesBack ? 'lost' : 'ended', loss, code, reason })
    this.update({
      state: comesBack ? 'waiting' : 'closed',
      retryAt: comesBack ? Date.now() + RETRY_MS : null,
      rttMs: null,
      code,
      reason,
    })
    if (comesBack) this.retryTimer = setTimeout(() => this.connect(attempt + 1), RETRY_MS)
    this.emit('lost', { code })
  }

  private abandon(): void {
    clearTimeout(this.retryTimer)
    clearTimeout(this.beatTimer)
    clearTimeout(this.deadline)
    this.pingSentAt = null
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onmessage = socket.onclose = null
    socket.close()
  }

  private update(change: Partial<LineStatus>): void {
    this.status = { ...this.status, ...change }
    this.emit('status', this.status)
  }

  private note(event: Omit<LineEvent, 'at'>): void {
    this.events = [...this.events.slice(1 - EVENTS_KEPT), { at: Date.now(), ...event }]
    this.emit('events', this.events)
  }
}
