// Which message is meant: the one under the pointer, the one with the keyboard's focus, or the one
// whose menu is open. One message takes part in the Tab order; arrow keys go from one to the next.
import { computed, nextTick, ref, type Ref } from 'vue'
import { useEventListener } from '@vueuse/core'
import type { VirtualizerHandle } from 'virtua/vue'
import type { Row } from '../model'

const rowOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null

export function useRowFocus(
  scroller: Readonly<Ref<HTMLElement | null>>,
  list: Readonly<Ref<VirtualizerHandle | null>>,
  rows: Readonly<Ref<readonly Row[]>>,
) {
  const hovered = ref<string | null>(null)
  const focused = ref<string | null>(null)
  const inside = ref(false)
  /** A menu of this message is open: it stays the one that is meant. */
  const pinned = ref<string | null>(null)
  const active = computed(
    () => pinned.value ?? hovered.value ?? (inside.value ? focused.value : null),
  )
  const indexOf = (key: string | null) => rows.value.findIndex((row) => row.key === key)
  const lastIndex = () => rows.value.findLastIndex((row) => row.kind === 'message')
  /** The one that Tab reaches. */
  const tabStop = computed(() => {
    const known = indexOf(focused.value) >= 0
    return known ? focused.value : (rows.value[lastIndex()]?.key ?? null)
  })
  const keepMounted = computed(() => {
    const at = indexOf(tabStop.value)
    return at < 0 ? [] : [at]
  })

  useEventListener(scroller, 'pointerover', (event) => {
    if (event.pointerType === 'mouse') hovered.value = rowOf(event.target)?.dataset.row ?? null
  })
  useEventListener(scroller, 'pointerleave', () => (hovered.value = null))
  useEventListener(scroller, 'focusin', (event) => {
    inside.value = true
    focused.value = rowOf(event.target)?.dataset.row ?? focused.value
  })
  useEventListener(scroller, 'focusout', () => (inside.value = false))
  useEventListener(scroller, 'keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step || (event.target as HTMLElement).dataset.row === undefined) return
    event.preventDefault()
    const next = neighbour(indexOf(tabStop.value), step)
    if (next !== null) void focusRow(next)
  })

  function neighbour(from: number, step: number): number | null {
    for (let at = from + step; at >= 0 && at < rows.value.length; at += step) {
      if (rows.value[at]!.kind === 'message') return at
    }
    return null
  }

  async function focusRow(index: number) {
    const { key } = rows.value[index]!
    focused.value = key
    await nextTick()
    scroller.value
      ?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)
      ?.focus({ preventScroll: true })
    list.value?.scrollToIndex(index, { align: 'nearest' })
  }

  return { active, pinned, tabStop, keepMounted, indexOf, focusRow }
}
