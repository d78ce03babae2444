// What the chat needs of the line, and where it comes from: @parley/vue. Everything else here takes a
// Wire, so that tests bring one of their own.
import { useChannel, usePresence, type Parley, type StreamPosition } from '@parley/vue'
import type { Ref } from 'vue'
import type { WireError } from './problems'
import type { Publication } from './schema'

export interface Subscribed {
  /** All that was missed comes now, before anything else. */
  recovered: boolean
  position: StreamPosition | null
}

export interface HistoryQuery {
  limit: number
  reverse: true
  since?: StreamPosition
}

export interface Channel {
  state: Readonly<Ref<'idle' | 'subscribing' | 'subscribed' | 'ended'>>
  error: Readonly<Ref<WireError | null>>
  publish(data: unknown): Promise<unknown>
  history(query: HistoryQuery): Promise<{ publications: Publication[] }>
  /** Subscribes again after an end. */
  retry(): void
  onPublication(listener: (publication: Publication) => void): unknown
  /** Told also when the channel is subscribed already. */
  onSubscribed(listener: (subscribed: Subscribed) => void): unknown
}

export interface Presence {
  users: Readonly<Ref<readonly string[]>>
  count: Readonly<Ref<number>>
}

/** Channels and presences live as long as the effect scope in which they are taken. */
export interface Wire {
  channel(name: string, options?: { joinLeave?: boolean }): Channel
  presence(name: string): Presence
  /** Into a channel that one is not in. */
  publish(channel: string, data: unknown): Promise<unknown>
  /** Direct messages of the plain dialect. Returns the function that stops listening. */
  onDirect(listener: (envelope: unknown) => void): () => void
}

export function wireOf(parley: Parley): Wire {
  return {
    channel: (name, { joinLeave = true } = {}) => useChannel(name, { parley, joinLeave }),
    presence: (name) => usePresence(name, { parley }),
    publish: (channel, data) => parley.client.publish(channel, data),
    onDirect: (listener) => parley.onMessage(listener),
  }
}
