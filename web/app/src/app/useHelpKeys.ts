// `?` and Ctrl+/ open the help. A question mark that somebody writes is a question mark.
// Without VueUse, which the pages share: all of it would come with the first paint.
import { onScopeDispose } from 'vue'
import { helpOpen } from '@/shared/composables/useShell'
import { isWriting, useShortcuts } from '@/shared/composables/useShortcuts'

export function useHelpKeys(): void {
  useShortcuts([
    { keys: ['?'], does: 'shell.helpOpens' },
    { keys: ['Ctrl', '/'], does: 'shell.helpOpensWriting' },
  ])
  window.addEventListener('keydown', listen)
  onScopeDispose(() => window.removeEventListener('keydown', listen))
}

function listen(event: KeyboardEvent) {
  const help = event.key === '?' && !isWriting(event)
  if (!help && !(event.key === '/' && event.ctrlKey)) return
  event.preventDefault()
  helpOpen.value = true
}
