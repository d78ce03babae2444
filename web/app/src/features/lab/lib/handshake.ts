// The one sum of the opening handshake (RFC 6455, 4.2.2): the server proves that it read the key.
import { fromBase64, randomBytes, toBase64, utf8 } from './bytes'
import { sha1 } from './sha1'

/** The same for every WebSocket server in the world. */
export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The example of RFC 6455, 1.3. */
export const RFC_KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
export const RFC_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

const KEY_BYTES = 16

export const randomKey = (): string => toBase64(randomBytes(KEY_BYTES))

/** How many bytes a key holds; null when it is no base64 at all. */
export const keyBytes = (key: string): number | null => fromBase64(key)?.length ?? null
export const isKey = (key: string): boolean => keyBytes(key) === KEY_BYTES

export interface AcceptSteps {
  joined: string
  digest: Uint8Array
  accept: string
}

export async function acceptSteps(key: string): Promise<AcceptSteps> {
  const joined = key + GUID
  const digest = await sha1(utf8(joined))
  return { joined, digest, accept: toBase64(digest) }
}
