// A publication as the composables hand it out: the SDK's context with its publisher's name, its place
// and its time.
import type { ClientInfo, PublicationContext, StreamPosition } from 'centrifuge'

export interface Publication<T = unknown> {
  /** Its place, `EPOCH-OFFSET`, as in the plain dialect; without a history a name of this page's own. */
  id: string
  channel: string
  data: T
  /** Who said it; '' for a back end and for anonymous users. */
  user: string
  /** The publisher's connection; absent for a back end. */
  info?: ClientInfo
  /** Absent for what has no place in the history. */
  offset?: number
  epoch: string
  /** Milliseconds since 1970, by the server's clock; absent when the server does not tell. */
  time?: number
  tags?: Record<string, string>
}

/** The SDK's context, and what `sdk.ts` adds to it. */
type Context = PublicationContext & { time?: number; epoch?: string }

let placeless = 0

export function toPublication<T>(
  context: Context,
  position: StreamPosition | null,
): Publication<T> {
  const epoch = context.epoch ?? position?.epoch ?? ''
  const { channel, data, info, offset, time, tags } = context
  return {
    id: offset === undefined ? `live-${++placeless}` : `${epoch}-${offset}`,
    channel,
    data: data as T,
    user: info?.user ?? '',
    info,
    offset,
    epoch,
    time,
    tags,
  }
}
