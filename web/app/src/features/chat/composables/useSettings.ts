// How somebody likes the chat: kept in this browser, one for the whole page.
import { effectScope, type Ref } from 'vue'
import { useStored } from '@/shared/composables/useStored'

export interface ChatSettings {
  /** Enter sends and Shift+Enter breaks the line, or the other way round. */
  enterSends: boolean
  density: 'roomy' | 'compact'
  /** Wanted by the person; the browser has a word in it too. */
  notify: boolean
  sound: boolean
}

const defaults: ChatSettings = { enterSends: true, density: 'roomy', notify: false, sound: false }

function isSettings(value: unknown): value is ChatSettings {
  if (typeof value !== 'object' || value === null) return false
  const given = value as Record<string, unknown>
  return Object.entries(defaults).every(([key, fallback]) => typeof given[key] === typeof fallback)
}

let settings: Ref<ChatSettings> | undefined

export function useSettings(): Ref<ChatSettings> {
  settings ??= effectScope(true).run(() => useStored('parley.chat.settings', defaults, isSettings))!
  return settings
}
