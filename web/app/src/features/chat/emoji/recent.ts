// The emoji used last, newest first, kept in this browser; before any use, a few that everybody knows.
import { effectScope, type Ref } from 'vue'
import { useStored } from '@/shared/composables/useStored'

const KEPT = 24
const wellKnown = ['👍', '❤️', '😂', '🎉', '👀', '🙏']
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')

let recent: Ref<string[]> | undefined

export function useRecentEmoji() {
  const kept = (recent ??= effectScope(true).run(() =>
    useStored('parley.emoji', wellKnown, isStrings),
  )!)

  function used(emoji: string) {
    kept.value = [emoji, ...kept.value.filter((other) => other !== emoji)].slice(0, KEPT)
  }

  return { recent: kept, used }
}
