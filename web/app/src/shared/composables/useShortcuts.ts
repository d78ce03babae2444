// The keys that a page understands, for the help that `?` opens. A page lists its own while it is
// mounted; the shell's stand first.
import { onScopeDispose, shallowRef, type Ref } from 'vue'

export interface Shortcut {
  /** Pressed together, as "Ctrl", "K". "Mod" is shown as ⌘ on a Mac and Ctrl elsewhere. */
  keys: string[]
  /** What it does, as a key of the messages. */
  does: string
}

const listed = shallowRef<readonly Shortcut[]>([])

export function useShortcuts(shortcuts: Shortcut[]): void {
  listed.value = [...listed.value, ...shortcuts]
  onScopeDispose(() => {
    listed.value = listed.value.filter((shortcut) => !shortcuts.includes(shortcut))
  })
}

export function useListedShortcuts(): Readonly<Ref<readonly Shortcut[]>> {
  return listed
}

/** Is somebody writing? Then single letters belong to the text. A slider has none. */
export function isWriting(event: KeyboardEvent): boolean {
  const target = event.target
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=range]), textarea, select'))
  )
}
