// When to talk about the line: not during a blink, at once when it is over for good, and a moment
// of joy when it came back after we had complained. Owner: the page, one for all conversations.
import { onScopeDispose, ref, watch } from 'vue'
import type { LineState } from '@parley/vue'

export const PATIENCE_MS = 2000
export const JOY_MS = 2000

/** For `useOnce`. */
export const lineNotice = Symbol('line notice')

export type LineNotice = 'connecting' | 'down' | 'back' | 'closed'

export function useLineNotice(state: () => LineState) {
  const notice = ref<LineNotice | null>(null)
  let wasUp = false
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(state, follow, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))

  function follow(now: LineState) {
    if (now === 'connected') {
      const isBack = wasUp && notice.value !== null
      wasUp = true
      show(isBack ? 'back' : null)
      if (isBack) later(JOY_MS, null)
    } else if (now === 'closed') show('closed')
    else if (notice.value === 'closed') show(null)
    else if (notice.value === 'back') wait()
    else if (notice.value === null && timer === undefined) wait()
  }

  function wait() {
    show(null)
    later(PATIENCE_MS, wasUp ? 'down' : 'connecting')
  }

  function show(value: LineNotice | null) {
    clearTimeout(timer)
    timer = undefined
    notice.value = value
  }

  function later(ms: number, value: LineNotice | null) {
    timer = setTimeout(() => show(value), ms)
  }

  return notice
}
