// The one line of a Parley: the SDK's client, and what its line does, as status and events. The SDK
// reconnects; here it is watched through the sockets that it opens, probed, and woken.
// Owner: the Parley. Promise: an attempt's end is told once, with the close code that was seen.
import type { Centrifuge, Options } from 'centrifuge'
import type { ShallowRef } from 'vue'
import { LineRecord, type LineEvent, type LineLoss, type LineStatus } from './line'
import { createSdk } from './sdk'
import { after, within, type Timer } from './waiting'
import { isVisible, onWake } from './wake'

export interface ConnectionSettings {
  url: () => string
  websocket: () => typeof WebSocket
  getToken: (() => Promise<string>) | undefined
  sdk: Partial<Options>
  connectTimeout: number
  /** How often the round trip is measured; 0 never. */
  probeInterval: number
  probeTimeout: number
}

interface Close {
  code: number
  reason: string
}

/** One attempt, from the question for its token or its socket's birth to its end. */
interface Attempt {
  socket: WebSocket | null
  close: Close | null
  heardAt: number
}

const ABNORMAL = 1006
const NO_PING = 2
const DISCONNECT_CALLED = 0

export class Connection {
  readonly client: Centrifuge
  private readonly record = new LineRecord()
  /** The SDK's idea of the network; our news reach it here. */
  private readonly network = new EventTarget()
  private attempt: Attempt | null = null
  private retryAt: number | null = null
  private probeTimer: Timer | undefined
  private deadline: Timer | undefined
  private stopListening: (() => void) | null = null

  constructor(private readonly settings: ConnectionSettings) {
    const open = (): WebSocket => this.open()
    const { getToken } = settings
    this.client = createSdk(
      'ws://localhost',
      {
        ...settings.sdk,
        getToken: getToken ? () => this.askToken(getToken) : null,
        // Called with `new`; what a constructor returns is the object.
        websocket: function () {
          return open()
        },
        networkEventTarget: this.network,
      },
      { onDelay: (delay) => this.delayed(delay) },
    )
    this.client.on('connected', () => this.up())
    this.client.on('connecting', (why) => {
      if (this.attempt) this.lost(this.attempt, why.code === NO_PING ? 'silent' : 'closed', why)
      else this.record.update({ state: 'connecting', retryable: true })
    })
    this.client.on('error', ({ type, error }) => {
      const { attempt } = this
      if (!attempt) return
      if (type === 'connectToken') attempt.close = { code: error.code, reason: error.message }
      if (type === 'connectToken' || type === 'transport') this.lost(attempt, 'closed')
    })
    this.client.on('disconnected', ({ code, reason }) => this.ended(code, reason))
  }

  get status(): Readonly<ShallowRef<LineStatus>> {
    return this.record.status
  }

  get events(): Readonly<ShallowRef<readonly LineEvent[]>> {
    return this.record.events
  }

  connect(): void {
    this.stopListening ??= onWake(
      () => this.wake(),
      () => this.probe(),
    )
    this.client.connect()
  }

  disconnect(): void {
    this.client.disconnect()
  }

  drop(): void {
    this.cut('dropped')
  }

  retry(): void {
    if (this.record.state === 'idle' || this.record.state === 'closed') this.connect()
    else if (this.record.state === 'waiting') this.network.dispatchEvent(new Event('online'))
  }

  /** Measures the round trip; silence is a loss. */
  probe(): void {
    clearTimeout(this.probeTimer)
    const { attempt } = this
    if (!attempt || this.record.state !== 'connected') return
    if (!isVisible()) return this.probeLater()
    clearTimeout(this.deadline)
    const sentAt = performance.now()
    const answered = () => {
      if (attempt !== this.attempt) return
      clearTimeout(this.deadline)
      this.record.update({ rttMs: performance.now() - sentAt })
      this.probeLater()
    }
    this.deadline = after(this.settings.probeTimeout, () => {
      if (attempt !== this.attempt) return
      if (attempt.heardAt > sentAt) this.probeLater()
      else this.cut('silent')
    })
    // No server has such a method: its refusal is the answer.
    this.client.rpc('ping', null).then(answered, ({ code }) => code >= 100 && answered())
  }

  private probeLater(): void {
    clearTimeout(this.probeTimer)
    const { probeInterval } = this.settings
    if (probeInterval > 0) this.probeTimer = after(probeInterval, () => this.probe())
  }

  private wake(): void {
    if (this.record.state === 'waiting') this.retry()
    else this.probe()
  }

  private begin(): Attempt {
    this.retryAt = null
    this.record.connecting(this.record.status.value.attempt + 1)
    return (this.attempt = { socket: null, close: null, heardAt: 0 })
  }

  /** For a new attempt, or on a line that stands. The SDK would wait for ever, deaf to each retry. */
  private async askToken(getToken: () => Promise<string>): Promise<string> {
    if (this.client.state === 'connecting') this.begin()
    return within(getToken(), { timeout: this.settings.connectTimeout })
  }

  /** The SDK makes a socket: a new attempt begins, or the one whose token has come goes on. */
  private open(): WebSocket {
    const attempt = this.attempt && !this.attempt.socket ? this.attempt : this.begin()
    clearTimeout(this.deadline)
    this.deadline = after(this.settings.connectTimeout, () => this.cut('unanswered'))
    try {
      const socket = new (this.settings.websocket())(this.settings.url())
      attempt.socket = socket
      this.watch(attempt, socket)
      return socket
    } catch (error) {
      attempt.close = { code: ABNORMAL, reason: String(error) }
      throw error
    }
  }

  /** Hears each close before the SDK, for its code, and after it, when the SDK has decided. */
  private watch(attempt: Attempt, socket: WebSocket): void {
    socket.addEventListener('message', () => (attempt.heardAt = performance.now()))
    socket.addEventListener('close', ({ code, reason }) => (attempt.close = { code, reason }))
    queueMicrotask(() => socket.addEventListener('close', () => this.lost(attempt, 'closed')))
  }

  private up(): void {
    clearTimeout(this.deadline)
    this.record.connected()
    this.probe()
  }

  private delayed(delay: number): void {
    this.retryAt = Date.now() + delay
    if (!this.attempt) this.record.update({ state: 'waiting', retryAt: this.retryAt })
  }

  private lost(attempt: Attempt, loss: LineLoss, why?: Close): void {
    if (attempt !== this.attempt) return
    this.forget()
    // Codes below 3000 are the SDK's own words for what the close says better.
    const said = why && why.code >= 3000 ? why : { code: ABNORMAL, reason: '' }
    const { code, reason } = attempt.close ?? said
    this.record.lost(loss, code, reason, this.retryAt)
  }

  private ended(code: number, reason: string): void {
    const close = this.attempt?.close
    this.forget()
    this.stopListening?.()
    this.stopListening = null
    if (code === DISCONNECT_CALLED) this.record.stopped()
    else this.record.ended(close?.code ?? code, close?.reason || reason)
  }

  private forget(): void {
    clearTimeout(this.probeTimer)
    clearTimeout(this.deadline)
    this.attempt = null
  }

  /** Ends the attempt now; the SDK hears it as the close of a socket that was cut. */
  private cut(loss: LineLoss): void {
    const { attempt } = this
    if (!attempt?.socket) return
    this.lost(attempt, loss)
    const close = { code: ABNORMAL, reason: '', wasClean: false } as CloseEvent
    attempt.socket.onclose?.call(attempt.socket, close)
  }
}
