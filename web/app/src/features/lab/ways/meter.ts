// What one way of hearing a room cost, and how soon it heard.
import { reactive } from 'vue'
import { addSample } from '../lib/stats'

export type WayName = 'polling' | 'longPolling' | 'sse' | 'websocket'
export const wayNames: WayName[] = ['polling', 'longPolling', 'sse', 'websocket']

export const isPush = (name: WayName): boolean => name === 'sse' || name === 'websocket'

/** On the strip: a request that brought nothing, one that brought messages, or a message that was pushed. */
export interface Mark {
  at: number
  kind: 'empty' | 'full' | 'push'
}

const MARKS = 120

export function createMeter() {
  return reactive({
    requests: 0,
    empty: 0,
    sentBytes: 0,
    receivedBytes: 0,
    seen: 0,
    latencies: [] as number[],
    marks: [] as Mark[],
    failed: false,

    reset() {
      this.requests = this.empty = this.sentBytes = this.receivedBytes = this.seen = 0
      this.latencies = []
      this.marks = []
      this.failed = false
    },

    mark(kind: Mark['kind']) {
      this.marks = [...this.marks.slice(1 - MARKS), { at: Date.now(), kind }]
    },

    hear(latencyMs: number) {
      this.seen++
      this.latencies = addSample(this.latencies, latencyMs)
    },
  })
}

export type Meter = ReturnType<typeof createMeter>

/** What one message cost so far; 0 before the first. */
export const bytesPerMessage = ({ sentBytes, receivedBytes, seen }: Meter): number =>
  seen === 0 ? 0 : (sentBytes + receivedBytes) / seen
