// A plain WebSocket as reactive state: heartbeat, retry, offline queue. In a component or effect scope
// it starts at once and stops with it; elsewhere the caller calls `start` and `stop`.
import {
  getCurrentScope,
  onScopeDispose,
  shallowRef,
  toValue,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import { PlainSocket, type Frame, type Heartbeat, type Wire } from './plainSocket'
import type { LineEvent, LineStatus } from './line'
import type { RetryPlan } from './retry'
import { socketUrl } from './url'

export interface PlainSocketOptions<In, Out> {
  /** `false` for a server that answers no text heartbeat. */
  heartbeat?: Heartbeat | false
  /** Default `{ delay: 4000 }`; `false` never tries again. */
  retry?: RetryPlan | false
  /** Which close codes to come back after; the default is that of Parley's plain dialect. */
  isRetryable?: (code: number) => boolean
  /** How many messages may wait while the line is down; default 100. */
  queue?: number
  /** Default 8,000 ms. */
  connectTimeout?: number
  protocols?: string | string[]
  /** 'text' hands strings on as they are; 'json' parses and serializes. Or your own. */
  format?: 'text' | 'json' | Format<In, Out>
  /** Up only with this message, as the welcome of Parley's JSON format; default: with the open socket. */
  isWelcome?: (message: In) => boolean
  /** Start with the component; default true. */
  immediate?: boolean
  /** Another WebSocket class, as that of the package `ws`. */
  websocket?: typeof WebSocket
}

export interface Format<In, Out> {
  /** `undefined` drops the message. */
  parse(data: string | ArrayBuffer): In | undefined
  serialize(message: Out): Wire
}

export interface UsePlainSocket<In, Out> {
  status: Readonly<ShallowRef<LineStatus>>
  /** The last 20 events, oldest first. */
  events: Readonly<ShallowRef<readonly LineEvent[]>>
  /** The last message. */
  data: Readonly<ShallowRef<In | null>>
  /** How many messages wait for the line. */
  pending: Readonly<ShallowRef<number>>
  /** Each of these returns the function that removes the listener. */
  onMessage(listener: (message: In) => void): () => void
  onFrame(listener: (frame: Frame) => void): () => void
  /** False when the queue is full (or 0 and the line down) or the line closed: the message stays with you. */
  send(message: Out): boolean
  start(): void
  /** Throws, and closes nothing, where a WebSocket's `close` would. */
  stop(code?: number, reason?: string): void
  drop(): void
  retry(): void
  /** Pings at once. */
  check(): void
  /** Drops what waits, and returns how much that was. */
  clear(): number
}

const SLOW_CONSUMER = 4001

/** The plain dialect's close codes: which of them mean "come back". */
export function isRetryableCode(code: number): boolean {
  if ([SLOW_CONSUMER, 4004, 4005].includes(code)) return true
  if (code >= 4000 && code <= 4099) return false
  if ((code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999)) return false
  return ![1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010].includes(code)
}

const text: Format<string, Wire> = {
  parse: (data) => (typeof data === 'string' ? data : undefined),
  serialize: (message) => message,
}

const json: Format<unknown, unknown> = {
  parse(data) {
    try {
      return typeof data === 'string' ? JSON.parse(data) : undefined
    } catch {
      return undefined
    }
  },
  serialize: (message) => JSON.stringify(message),
}

const formats = { text, json }

/** Without a format, messages are strings; what JSON or a format of your own hands out, you say. */
export function usePlainSocket(
  url: MaybeRefOrGetter<string>,
  options?: PlainSocketOptions<string, Wire> & { format?: 'text' },
): UsePlainSocket<string, Wire>
export function usePlainSocket<In = unknown, Out = In>(
  url: MaybeRefOrGetter<string>,
  options: PlainSocketOptions<In, Out> & { format: 'json' | Format<In, Out> },
): UsePlainSocket<In, Out>
export function usePlainSocket<In, Out>(
  url: MaybeRefOrGetter<string>,
  options: PlainSocketOptions<In, Out> = {},
): UsePlainSocket<In, Out> {
  const { format = 'text', heartbeat = {}, immediate = true } = options
  const { parse, serialize } = (typeof format === 'string' ? formats[format] : format) as Format<
    In,
    Out
  >
  const websocket = options.websocket ?? globalThis.WebSocket
  const line = new PlainSocket<In, Out>(() => socketUrl(toValue(url)), {
    heartbeat: heartbeat && {
      interval: 3000,
      timeout: 3000,
      ping: 'ping',
      pong: 'pong',
      ...heartbeat,
    },
    retry: options.retry ?? { delay: 4000 },
    isRetryable: options.isRetryable ?? isRetryableCode,
    queue: options.queue ?? 100,
    connectTimeout: options.connectTimeout ?? 8000,
    protocols: options.protocols,
    parse,
    serialize,
    isWelcome: options.isWelcome,
    websocket,
  })
  const data = shallowRef<In | null>(null)
  line.on('message', (message) => (data.value = message))

  if (getCurrentScope()) {
    onScopeDispose(() => line.stop())
    if (immediate && hasPage(options.websocket)) line.start()
  }

  return {
    status: line.status,
    events: line.events,
    data,
    pending: line.pending,
    onMessage: (listener) => line.on('message', listener),
    onFrame: (listener) => line.on('frame', listener),
    send: (message) => line.send(message),
    start: () => line.start(),
    stop: (code, reason) => line.stop(code, reason),
    drop: () => line.drop(),
    retry: () => line.retry(),
    check: () => line.check(),
    clear: () => line.clear(),
  }
}

/** A server that renders a page opens no lines, unless it was given a WebSocket on purpose. */
export function hasPage(websocket: typeof WebSocket | undefined): boolean {
  return websocket !== undefined || typeof window !== 'undefined'
}
