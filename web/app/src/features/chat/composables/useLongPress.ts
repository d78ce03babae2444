// A finger that rests on a message: half a second, without moving.
import { onScopeDispose, type Ref } from 'vue'
import { useEventListener } from '@vueuse/core'

const HOLD_MS = 500
const SLACK_PX = 10

export function useLongPress(
  scroller: Readonly<Ref<HTMLElement | null>>,
  onHold: (key: string) => void,
) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let start = { x: 0, y: 0 }
  const cancel = () => clearTimeout(timer)
  onScopeDispose(cancel)

  useEventListener(scroller, 'pointerdown', (event) => {
    cancel()
    if (event.pointerType === 'mouse') return
    const target = event.target as Element
    const key = target.closest<HTMLElement>('[data-row]')?.dataset.row
    if (!key || target.closest('button, a')) return
    start = { x: event.clientX, y: event.clientY }
    timer = setTimeout(() => {
      swallowClick()
      onHold(key)
    }, HOLD_MS)
  })
  useEventListener(scroller, 'pointermove', (event) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK_PX) cancel()
  })
  for (const end of ['pointerup', 'pointercancel', 'scroll'] as const) {
    useEventListener(scroller, end, cancel)
  }
  // The browser's own menu for a long press would cover ours.
  useEventListener(scroller, 'contextmenu', (event) => {
    if ((event as PointerEvent).pointerType === 'touch') event.preventDefault()
  })
}

/** The same finger that opened something must not press what came to lie under it. */
function swallowClick() {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  const once = { capture: true, once: true }
  addEventListener('click', swallow, once)
  addEventListener('pointerdown', () => removeEventListener('click', swallow, true), once)
}
