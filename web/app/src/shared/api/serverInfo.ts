// What the server says of itself at /app.json, asked for once at start. Without an answer the page
// goes on with what every Parley server has; the connection pill then tells that nobody is there.
export interface ServerInfo {
  version: string
  /** "development": every name is believed. "token": a signed token says who somebody is. */
  mode: 'development' | 'token'
  demo: boolean
  /** Whether the apps have pages; if not, there are the start page and the rooms. */
  apps: boolean
  /** The public key of a demo; of no other server. */
  api_key?: string
  /** `poll` and `sse`: rooms by long polling and as event streams, of servers that have them. */
  paths: { centrifuge: string; echo: string; room: string; poll?: string; sse?: string }
  limits: { message_bytes: number }
  /** Null: this server takes no files. */
  files: { path: string; max_bytes: number; chunk_bytes?: number; types: string[] } | null
}

export const unknownServer: ServerInfo = {
  version: '',
  mode: 'development',
  demo: false,
  apps: true,
  paths: { centrifuge: '/connection/websocket', echo: '/echo', room: '/room' },
  limits: { message_bytes: 65536 },
  files: null,
}

const PATIENCE_MS = 4000

export async function fetchServerInfo(): Promise<ServerInfo> {
  try {
    const reply = await ask()
    if (!reply.ok) return unknownServer
    return { ...unknownServer, ...((await reply.json()) as Partial<ServerInfo>) }
  } catch {
    return unknownServer
  }
}

/** Is somebody there to load the page anew from? */
export const isServerThere = (): Promise<boolean> =>
  ask().then(
    (reply) => reply.ok,
    () => false,
  )

const ask = () => fetch('/app.json', { signal: AbortSignal.timeout(PATIENCE_MS) })
