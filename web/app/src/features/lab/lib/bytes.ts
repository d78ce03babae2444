// Bytes as text and back, as every section needs them.
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export function toHex(bytes: Uint8Array, between = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between)
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** The bytes of a canonical base64 text; null for anything else. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
    return toBase64(bytes) === text ? bytes : null
  } catch {
    return null
  }
}

export const randomBytes = (count: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(count))
