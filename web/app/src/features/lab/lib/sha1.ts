// SHA-1 (FIPS 180-4). The browser's own is taken where it is there; pages from plain HTTP of another
// machine have no crypto.subtle, so the lesson brings its own. Never for secrets: SHA-1 is broken for that.
export async function sha1(bytes: Uint8Array): Promise<Uint8Array> {
  if (!globalThis.crypto?.subtle) return ownSha1(bytes)
  return new Uint8Array(await crypto.subtle.digest('SHA-1', Uint8Array.from(bytes)))
}

const BLOCK = 64
const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by))

export function ownSha1(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  const padded = pad(bytes)
  for (let at = 0; at < padded.byteLength; at += BLOCK) mix(state, new DataView(padded, at, BLOCK))
  const digest = new DataView(new ArrayBuffer(20))
  state.forEach((word, index) => digest.setInt32(index * 4, word))
  return new Uint8Array(digest.buffer)
}

// A one bit, zeros, and the length in bits at the end of the last block.
function pad(bytes: Uint8Array): ArrayBuffer {
  const blocks = Math.ceil((bytes.length + 9) / BLOCK)
  const padded = new Uint8Array(blocks * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n)
  return padded.buffer
}

function mix(state: Int32Array, block: DataView): void {
  const words = new Int32Array(80)
  for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4)
  for (let i = 16; i < 80; i++) {
    words[i] = rotate(words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!, 1)
  }
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number]
  for (let i = 0; i < 80; i++) {
    const next = (rotate(a, 5) + round(i, b, c, d) + e + words[i]!) | 0
    ;[a, b, c, d, e] = [next, a, rotate(b, 30), c, d]
  }
  ;[a, b, c, d, e].forEach((word, index) => (state[index] = state[index]! + word))
}

function round(i: number, b: number, c: number, d: number): number {
  if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1
  if (i < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
  return (b ^ c ^ d) + 0xca62c1d6
}
