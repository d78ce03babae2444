// What was begun to write in a conversation; it survives a reload. To be called in an effect scope.
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import type { ChatStorage } from './storage'
import type { Draft } from './types'

const KEEP_MS = 300

export interface KeptDraft {
  draft: Ref<Draft>
  /** Writes it down now. */
  keep(): void
}

export function createDraft(storage: ChatStorage, channel: string, changed: () => void): KeptDraft {
  const draft = ref(storage.draft(channel))
  let timer: ReturnType<typeof setTimeout> | undefined

  function keep() {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    storage.keepDraft(channel, draft.value)
  }

  function later() {
    timer ??= setTimeout(keep, KEEP_MS)
    changed()
  }

  watch(draft, later, { deep: true, flush: 'sync' })
  onScopeDispose(keep)
  return { draft, keep }
}
