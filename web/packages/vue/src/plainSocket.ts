// One line to any WebSocket: says whether it lives (heartbeat), comes back when it does not (retry),
// keeps in order what could not be sent (queue), and tells all of it. Owner: whoever starts it stops it.
// Promise: at most one socket and one retry timer at a time; an abandoned socket is never heard again.
import { shallowRef, type ShallowRef } from 'vue'
import { Emitter } from './emitter'
import { LineRecord, type LineEvent, type LineLoss, type LineStatus } from './line'
import { retryDelay, type RetryPlan } from './retry'
import { after, type Timer } from './waiting'
import { onWake } from './wake'

/** What goes over a WebSocket. */
export type Wire = string | ArrayBuffer | ArrayBufferView | Blob

export interface Heartbeat {
  /** Quiet time between an answer and the next ping; default 3,000 ms. */
  interval?: number
  /** A ping after which nothing comes for so long means that the line is dead; default 3,000 ms. */
  timeout?: number
  /** What is sent, default 'ping', and the answer, default 'pong'. Neither counts as a message. */
  ping?: string
  pong?: string
}

export interface PlainSocketSettings<In, Out> {
  heartbeat: Required<Heartbeat> | false
  retry: RetryPlan | false
  /** May the line come back by itself after this close code? */
  isRetryable: (code: number) => boolean
  /** How many messages may wait for the line; 0 keeps none. */
  queue: number
  /** An attempt that is not up within this time is given up. */
  connectTimeout: number
  protocols: string | string[] | undefined
  parse: (data: string | ArrayBuffer) => In | undefined
  serialize: (message: Out) => Wire
  /** Whether this message means that the line is up; without it, the open socket does. */
  isWelcome: ((message: In) => boolean) | undefined
  websocket: typeof WebSocket
}

/** One message as it went over the wire. */
export interface Frame {
  at: number
  direction: 'in' | 'out'
  data: Wire
  heartbeat: boolean
}

interface PlainSocketEvents<In> {
  message: In
  frame: Frame
}

/** What 1006 is for the browser: gone without a close frame. */
const ABNORMAL = 1006
const OPEN = 1

/** A line that stood for so long was a success; one that is lost sooner counts as one more failure. */
export const STEADY_MS = 5000

export class PlainSocket<In, Out> extends Emitter<PlainSocketEvents<In>> {
  readonly pending: ShallowRef<number> = shallowRef(0)
  private readonly record = new LineRecord()
  private socket: WebSocket | null = null
  private waiting: Wire[] = []
  private retryTimer: Timer | undefined
  private beatTimer: Timer | undefined
  private deadline: Timer | undefined
  private pingSentAt: number | null = null
  private upAt: number | null = null
  /** In a row: a server that accepts and then turns away is one that fails. */
  private failures = 0
  private stopListening: (() => void) | null = null

  constructor(
    private readonly url: () => string,
    private readonly settings: PlainSocketSettings<In, Out>,
  ) {
    super()
  }

  get status(): Readonly<ShallowRef<LineStatus>> {
    return this.record.status
  }

  get events(): Readonly<ShallowRef<readonly LineEvent[]>> {
    return this.record.events
  }

  start(): void {
    if (this.record.state !== 'idle' && this.record.state !== 'closed') return
    this.stopListening ??= onWake(
      () => this.wake(),
      () => this.check(),
    )
    this.failures = 0
    this.connect(1)
  }

  /**
   * Closes the line with a code of yours; what waits is kept for the next start. Throws, and closes
   * nothing, where a WebSocket's `close` would throw.
   */
  stop(code?: number, reason?: string): void {
    if (this.record.state === 'idle') return
    this.abandon(code, reason)
    this.stopListening?.()
    this.stopListening = null
    this.record.stopped()
  }

  /** True when the message went out or waits; false when it was refused and stays with the caller. */
  send(message: Out): boolean {
    const { state } = this.record
    if (state === 'closed') return false
    const data = this.settings.serialize(message)
    if (state === 'connected' && this.write(data)) return true
    if (this.waiting.length >= this.settings.queue) return false
    this.waiting.push(data)
    this.pending.value = this.waiting.length
    return true
  }

  /** Cuts the line as a bad network would, to see it come back. */
  drop(): void {
    this.failures = 0 // says nothing of the server
    if (this.socket) this.lose('dropped', ABNORMAL, '')
  }

  /** Try now, whatever the plan says. */
  retry(): void {
    if (this.record.state === 'waiting') this.connect(this.record.status.value.attempt + 1)
    else this.start()
  }

  /** Asks at once whether the line lives. */
  check(): void {
    if (this.record.state === 'connected' && this.pingSentAt === null) this.beat()
  }

  /** Forgets what waits and returns how much that was. */
  clear(): number {
    const dropped = this.waiting.length
    this.waiting = []
    this.pending.value = 0
    return dropped
  }

  private wake(): void {
    if (this.record.state === 'waiting') this.retry()
    else this.check()
  }

  private connect(attempt: number): void {
    this.abandon()
    this.record.connecting(attempt)
    const socket = this.open()
    if (!socket) return
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    socket.onopen = () => !this.settings.isWelcome && this.up()
    socket.onmessage = (event) => this.receive(event.data)
    // An error says nothing that the close after it does not say better.
    socket.onerror = () => {}
    socket.onclose = (event) => this.lose('closed', event.code, event.reason)
    const { connectTimeout } = this.settings
    this.deadline = after(connectTimeout, () => this.lose('unanswered', ABNORMAL, ''))
  }

  /** A browser throws at an address that it will never open; trying again would not help. */
  private open(): WebSocket | null {
    const { websocket, protocols } = this.settings
    try {
      return new websocket(this.url(), protocols)
    } catch (error) {
      this.record.ended(ABNORMAL, String(error))
      return null
    }
  }

  private up(): void {
    clearTimeout(this.deadline)
    this.upAt = performance.now()
    this.record.connected()
    this.flush()
    this.check()
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.write(this.waiting[0]!)) this.waiting.shift()
    this.pending.value = this.waiting.length
  }

  private write(data: Wire, heartbeat = false): boolean {
    // A socket that is closing already takes nothing; its close event is on the way.
    if (this.socket?.readyState !== OPEN) return false
    this.socket.send(data as string)
    this.emit('frame', { at: Date.now(), direction: 'out', data, heartbeat })
    return true
  }

  private receive(data: string | ArrayBuffer): void {
    const { heartbeat, parse, isWelcome } = this.settings
    const pong = heartbeat !== false && data === heartbeat.pong
    this.emit('frame', { at: Date.now(), direction: 'in', data, heartbeat: pong })
    if (pong) return this.pong()
    if (this.pingSentAt !== null) this.expectMore()
    const message = parse(data)
    if (message === undefined) return
    if (this.record.state === 'connecting' && isWelcome?.(message)) this.up()
    this.emit('message', message)
  }

  private beat(): void {
    const { heartbeat } = this.settings
    if (!heartbeat) return
    clearTimeout(this.beatTimer)
    if (!this.write(heartbeat.ping, true)) return
    this.pingSentAt = performance.now()
    this.expectMore()
  }

  /** Whatever comes is a sign of life: the answer may stand in a queue behind much else. */
  private expectMore(): void {
    const { heartbeat } = this.settings
    if (!heartbeat) return
    clearTimeout(this.deadline)
    this.deadline = after(heartbeat.timeout, () => this.lose('silent', ABNORMAL, ''))
  }

  private pong(): void {
    const { heartbeat } = this.settings
    if (!heartbeat || this.pingSentAt === null) return
    clearTimeout(this.deadline)
    this.record.update({ rttMs: performance.now() - this.pingSentAt })
    this.pingSentAt = null
    this.beatTimer = after(heartbeat.interval, () => this.beat())
  }

  private lose(loss: LineLoss, code: number, reason: string): void {
    if (this.upAt !== null && performance.now() - this.upAt >= STEADY_MS) this.failures = 0
    this.failures += 1
    this.abandon()
    const { retry, isRetryable } = this.settings
    if (!retry || (loss === 'closed' && !isRetryable(code))) return this.record.ended(code, reason)
    const { attempt } = this.record.status.value
    const delay = retryDelay(retry, this.failures)
    this.record.lost(loss, code, reason, Date.now() + delay)
    this.retryTimer = after(delay, () => this.connect(attempt + 1))
  }

  private abandon(code?: number, reason?: string): void {
    const { socket } = this
    socket?.close(code, reason)
    clearTimeout(this.retryTimer)
    clearTimeout(this.beatTimer)
    clearTimeout(this.deadline)
    this.pingSentAt = this.upAt = null
    this.socket = null
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null
  }
}
