export const HUES = 8

/** The same person has the same colour on every screen: a small stable hash of the name. */
export function hueOf(name: string): number {
  let hash = 0
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)!) >>> 0
  return hash % HUES
}
