// The usual `blocked` predicate: words, regular expressions written as /…/, and users.
import type { Comment } from './comment'

export interface BlockList {
  words?: readonly string[]
  users?: readonly string[]
}

/** Letters match in any case; an expression that does not compile matches as plain text. */
export function blockList({ words = [], users = [] }: BlockList): (comment: Comment) => boolean {
  const plain: string[] = []
  const patterns: RegExp[] = []
  for (const word of words) {
    const pattern = expression(word)
    if (pattern) patterns.push(pattern)
    else if (word.trim()) plain.push(word.trim().toLowerCase())
  }
  const blockedUsers = new Set(users)
  return ({ text, user }) => {
    if (user !== undefined && blockedUsers.has(user)) return true
    const lower = text.toLowerCase()
    return plain.some((word) => lower.includes(word)) || patterns.some((one) => one.test(text))
  }
}

function expression(word: string): RegExp | undefined {
  const source = /^\/(.+)\/$/.exec(word.trim())?.[1]
  try {
    return source === undefined ? undefined : new RegExp(source, 'iu')
  } catch {
    return undefined
  }
}
