// What Ctrl+K finds: conversations, people of the open room, and at last the room that would be new.
import type { Chat } from '../model'
import { cleanRoom } from './useNavigation'

export interface Target {
  channel: string
  kind: 'room' | 'dialog' | 'new'
  title: string
  unread: number
}

const MOST = 8

/** How well `words` fit into `text`, letters in their order: less is better, null is not at all. */
export function fuzzy(words: string, text: string): number | null {
  const wanted = words.toLowerCase().replace(/\s/g, '')
  const found = text.toLowerCase()
  const at = found.indexOf(wanted)
  if (at >= 0) return at
  let from = 0
  let gaps = 0
  for (const letter of wanted) {
    const next = found.indexOf(letter, from)
    if (next < 0) return null
    gaps += next - from
    from = next + letter.length
  }
  return 100 + gaps
}

export function findTargets(chat: Chat, words: string): Target[] {
  const wanted = words.trim().replace(/^[#@]/, '')
  const known: Target[] = chat.conversations.value.map(({ channel, kind, title, unread }) => ({
    channel,
    kind,
    title,
    unread,
  }))
  for (const name of chat.current.value?.people.value ?? []) {
    const channel = name === chat.me ? null : chat.dialogWith(name)
    if (channel && !known.some((other) => other.channel === channel)) {
      known.push({ channel, kind: 'dialog', title: name, unread: 0 })
    }
  }
  const found = known
    .map((target) => ({ target, score: fuzzy(wanted, target.title) }))
    .filter((entry): entry is { target: Target; score: number } => entry.score !== null)
    .sort((a, b) => a.score - b.score || b.target.unread - a.target.unread)
    .slice(0, MOST)
    .map(({ target }) => target)
  const room = cleanRoom(wanted)
  if (room && !known.some(({ channel }) => channel === room)) {
    found.push({ channel: room, kind: 'new', title: room, unread: 0 })
  }
  return found
}
