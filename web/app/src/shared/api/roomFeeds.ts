// A room heard by plain HTTP: page by page of envelopes, or as an event stream. A server that lacks one
// of them answers with something else (the page, 404), which is told apart here.
import type { Message } from './wire'

export interface RoomPage {
  messages: Message[]
  /** The place behind the last message: the next request's `since`. */
  position: string
  bodyBytes: number
}

/** Null: this server has no such thing. */
export async function fetchRoom(url: string, signal?: AbortSignal): Promise<RoomPage | null> {
  const reply = await fetch(url, { signal, cache: 'no-store' })
  if (!isOf(reply, 'application/json')) return null
  const body = await reply.text()
  const { messages, position } = JSON.parse(body) as Omit<RoomPage, 'bodyBytes'>
  return { messages, position, bodyBytes: new TextEncoder().encode(body).length }
}

export async function hasEventStream(url: string): Promise<boolean> {
  const enough = new AbortController()
  const reply = await fetch(url, {
    headers: { Accept: 'text/event-stream' },
    signal: enough.signal,
  })
  enough.abort()
  return isOf(reply, 'text/event-stream')
}

/** Each event is an envelope. Returns the function that ends it. */
export function followEvents(url: string, hear: (message: Message, bytes: number) => void) {
  const source = new EventSource(url)
  source.onmessage = ({ data }: MessageEvent<string>) =>
    hear(JSON.parse(data) as Message, new TextEncoder().encode(data).length)
  return () => source.close()
}

function isOf(reply: Response, type: string): boolean {
  return reply.ok && (reply.headers.get('content-type') ?? '').startsWith(type)
}
