// The player's keys, as every player has them. Single letters count only while nobody writes; buttons
// and sliders keep their own keys.
import { isWriting, type Shortcut } from '@/shared/composables/useShortcuts'
import type { Theatre, TheatreMode } from './theatre'

const STEP_MS = 5000

interface Actions {
  fullScreen(): void
  write(): void
}

export function useKeys({ choices, film }: Theatre, { fullScreen, write }: Actions) {
  const actions: Record<string, () => void> = {
    KeyD: () => (choices.on = !choices.on),
    KeyF: fullScreen,
    Enter: write,
    ...(!film.live && {
      Space: () => film.toggle(),
      ArrowLeft: () => film.seek(film.clock.time - STEP_MS),
      ArrowRight: () => film.seek(film.clock.time + STEP_MS),
    }),
  }

  return (event: KeyboardEvent) => {
    const action = actions[event.code]
    if (!action || isElsewhere(event)) return
    event.preventDefault()
    action()
  }
}

/** Does the key belong to something else: a text, a button, a dialog, the browser? */
function isElsewhere(event: KeyboardEvent): boolean {
  if (isWriting(event) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
    return true
  const target = event.target as HTMLElement
  if (target.closest('dialog, [popover]')) return true
  // On the seek bar the arrows do what they do everywhere on the page.
  if (event.code.startsWith('Arrow') && target.matches('[type=range]:not([data-seek])')) return true
  return /^(Enter|Space)$/.test(event.code) && target.closest('button, a, summary') !== null
}

export function playerKeys(mode: TheatreMode): Shortcut[] {
  const always = [
    { keys: ['D'], does: 'danmaku.keys.toggle' },
    { keys: ['F'], does: 'danmaku.keys.fullScreen' },
    { keys: ['Enter'], does: 'danmaku.keys.write' },
  ]
  if (mode === 'live') return always
  return [
    ...always,
    { keys: ['Space'], does: 'danmaku.keys.play' },
    { keys: ['←', '→'], does: 'danmaku.keys.seek' },
  ]
}
