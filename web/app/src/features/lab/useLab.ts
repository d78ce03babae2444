// What the sections of the lab share: rooms of their own that nobody else is in, and how to get there.
// In a demo every name is believed, so each socket gets a name that the API can tell from all others.
import { useIdentity } from '@/shared/composables/useIdentity'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { randomBytes, toHex } from './lib/bytes'

export function useLab() {
  const info = useServerInfo()
  const { token } = useIdentity()
  const byToken = info.mode === 'token'
  // Not as `?token=`: it would stand in every address that the lab shows and saves.
  const protocols = byToken ? ['access_token', token.value] : undefined
  const headers: Record<string, string> = byToken ? { Authorization: `Bearer ${token.value}` } : {}

  function path(room: string): string {
    return `${info.paths.room}/${encodeURIComponent(room)}`
  }

  /** Where a socket of this name reaches the room; it says who it is by its `protocols`, if by a token. */
  function socketUrl(room: string, user: string, query: Record<string, string> = {}): string {
    const url = new URL(path(room), location.origin)
    url.protocol = url.protocol.replace('http', 'ws')
    url.search = search(user, query)
    return url.href
  }

  /** What is asked for below the room by HTTP, with these `headers`. */
  function address(room: string, leaf: string, query: Record<string, string> = {}): string {
    return `${path(room)}/${leaf}?${search('lab-reader', query)}`
  }

  function search(user: string, query: Record<string, string>): string {
    return new URLSearchParams(byToken ? query : { ...query, username: user }).toString()
  }

  /** For an EventSource, which can send no header. */
  const tokenQuery: Record<string, string> = byToken ? { token: token.value } : {}

  return { info, path, socketUrl, address, protocols, headers, tokenQuery }
}

export type Lab = ReturnType<typeof useLab>

/** Nobody else comes upon this name by chance. */
export const privateName = (): string => `lab-${toHex(randomBytes(6))}`
