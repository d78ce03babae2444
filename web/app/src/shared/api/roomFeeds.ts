// A room heard by plain HTTP: page by page of envelopes, or as an event stream.
import type { Message } from './wire'

export interface RoomPage {
  messages: Message[]
  /** The place behind the last message: the next request's `since`. */
  position: string
}

/** Rejects when the server does not answer, or refuses. */
export async function fetchRoom(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<RoomPage> {
  const reply = await fetch(url, { headers, signal, cache: 'no-store' })
  if (!reply.ok) throw new Error(`refused: ${reply.status}`)
  return (await reply.json()) as RoomPage
}

/** Each event is an envelope. Returns the function that ends it. */
export function followEvents(url: string, hear: (message: Message, bytes: number) => void) {
  const source = new EventSource(url)
  source.onmessage = ({ data }: MessageEvent<string>) =>
    hear(JSON.parse(data) as Message, new TextEncoder().encode(data).length)
  return () => source.close()
}
