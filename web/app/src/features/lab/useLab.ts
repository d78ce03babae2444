// What the sections of the lab share: rooms of their own that nobody else is in, and how to get there.
// In a demo every name is believed, so each socket gets a name that the API can tell from all others.
import { useIdentity } from '@/shared/composables/useIdentity'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { randomBytes, toHex } from './lib/bytes'

export function useLab() {
  const info = useServerInfo()
  const { token } = useIdentity()

  function path(room: string): string {
    return `${info.paths.room}/${encodeURIComponent(room)}`
  }

  /** Where a socket of this name reaches the room. A token says by itself who somebody is. */
  function socketUrl(room: string, user: string, query: Record<string, string> = {}): string {
    const url = new URL(path(room), location.origin)
    url.protocol = url.protocol.replace('http', 'ws')
    url.search = identified(user, query)
    return url.href
  }

  function identified(user: string, query: Record<string, string>): string {
    const who: Record<string, string> =
      info.mode === 'token' ? { token: token.value } : { username: user }
    return new URLSearchParams({ ...query, ...who }).toString()
  }

  return { info, path, socketUrl, identified }
}

export type Lab = ReturnType<typeof useLab>

/** Nobody else comes upon this name by chance. */
export const privateName = (): string => `lab-${toHex(randomBytes(6))}`
