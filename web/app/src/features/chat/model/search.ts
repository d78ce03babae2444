// Finds words in what is loaded, whatever their case and accents. A word may be a part of another, so
// that scripts without spaces are searched as well.
import type { Entry } from './entry'
import type { ChatMessage } from './types'

export const FOUND_MAX = 200

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Texts are made plain once: a search runs with every letter that is typed. */
const plains = new WeakMap<ChatMessage, string>()

function plainOf(message: ChatMessage): string {
  let found = plains.get(message)
  if (found === undefined) {
    const files = message.files.map(({ name }) => name)
    plains.set(message, (found = plain([message.text, message.name, ...files].join('\n'))))
  }
  return found
}

export function search(newestFirst: Iterable<Entry>, words: string): ChatMessage[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean)
  const found: ChatMessage[] = []
  if (wanted.length === 0) return found
  for (const { message } of newestFirst) {
    if (message.deleted || !wanted.every((word) => plainOf(message).includes(word))) continue
    if (found.push(message) === FOUND_MAX) break
  }
  return found
}
