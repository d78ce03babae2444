// The scrolling rule of the log: it opens on the unread divider, follows at the bottom, stays when
// scrolled up. Older rows come in above without moving the reader. Owner: MessageLog. Rows reach the list at most once a frame.
import { computed, nextTick, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useDocumentVisibility, useEventListener, useTimeoutFn } from '@vueuse/core'
import type { VirtualizerHandle } from 'virtua/vue'
import { usePerFrame } from '@/shared/composables/usePerFrame'
import type { Conversation, Row } from '../model'

const NEAR_PX = 48
/** Older messages are asked for while this many screens of them are left. */
const SCREENS_AHEAD = 2
const SETTLE_MS = 300
/** What stays visible above the unread divider. */
const HEADROOM_PX = 64

export function useLogScroll(
  conversation: Conversation,
  list: Readonly<Ref<VirtualizerHandle | null>>,
  scroller: Readonly<Ref<HTMLElement | null>>,
) {
  const live = usePerFrame(() => conversation.rows.value)
  const rows = shallowRef<readonly Row[]>(live.value)
  const visibility = useDocumentVisibility()
  const shift = ref(false)
  /** The reader has been taken to where reading begins. */
  const landed = ref(false)
  const atBottom = ref(false)
  let prepended = conversation.prepended.value
  /** Until then the list is still measuring: scrolling is not the reader's. */
  const settling = useTimeoutFn(onScroll, SETTLE_MS, { immediate: false })

  watch(live, take)
  watch([list, conversation.state, visibility], land, { immediate: true, flush: 'post' })
  watch(scroller, (el) => el && keepBottom(el), { immediate: true, flush: 'post' })
  useEventListener(scroller, ['wheel', 'touchmove', 'keydown'], readerMoves, { passive: true })

  /** Shows new rows. Where older ones came in above the reader, the place is kept from the end. */
  function take(next: readonly Row[]) {
    shift.value = conversation.prepended.value !== prepended && cameAbove(next)
    prepended = conversation.prepended.value
    rows.value = next
    void nextTick(() => {
      if (atBottom.value) toBottom()
      prefetch()
    })
  }

  async function land() {
    if (landed.value || !list.value || conversation.state.value !== 'ready') return
    // Nothing is measured in a hidden page.
    if (visibility.value === 'hidden') return
    landed.value = true
    // Those of the last frame may be from before anything was loaded.
    rows.value = conversation.rows.value
    prepended = conversation.prepended.value
    await nextTick()
    const divider = rows.value.findIndex((row) => row.kind === 'unread')
    if (divider >= 0) goTo(divider, 'start')
    else toBottom()
  }

  function readerMoves() {
    settling.stop()
    // What is all on screen does not scroll.
    requestAnimationFrame(onScroll)
  }

  function onScroll() {
    const el = scroller.value
    if (!el || !landed.value || settling.isPending.value) return
    atBottom.value = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_PX
    prefetch()
  }

  function prefetch() {
    const el = scroller.value
    if (!el || !landed.value || settling.isPending.value) return
    if (conversation.loadingOlder.value || !conversation.hasOlder.value) return
    const above = el.scrollTop - openEnd()
    const nearGap = above > -el.clientHeight && above < el.clientHeight * SCREENS_AHEAD
    if (nearGap || el.scrollTop < el.clientHeight * SCREENS_AHEAD) void conversation.loadOlder()
  }

  function cameAbove(next: readonly Row[]): boolean {
    const top = list.value?.findItemIndex(scroller.value?.scrollTop ?? 0) ?? 0
    const index = rows.value.findIndex(({ kind }, at) => at >= top && kind === 'message')
    return next[index]?.key !== rows.value[index]?.key
  }

  /** Where older messages come in, in pixels: above the newest gap that can be closed, or at the top. */
  function openEnd(): number {
    const gap = rows.value.findLastIndex((row) => row.kind === 'gap' && row.open)
    return gap < 0 ? 0 : (list.value?.getItemOffset(gap) ?? 0)
  }

  function toBottom() {
    const el = scroller.value
    if (!el || !landed.value) return
    atBottom.value = true
    settling.start()
    el.scrollTo({ top: el.scrollHeight })
  }

  function goTo(index: number, align: 'start' | 'center') {
    atBottom.value = false
    settling.start()
    list.value?.scrollToIndex(index, { align, offset: align === 'start' ? -HEADROOM_PX : 0 })
  }

  /** Rows that are measured, a keyboard, a growing composer, a bar: the bottom stays in view. */
  function keepBottom(el: HTMLElement) {
    const observer = new ResizeObserver(() => atBottom.value && toBottom())
    observer.observe(el)
    for (const child of el.children) observer.observe(child)
    onScopeDispose(() => observer.disconnect())
  }

  return {
    rows: computed(() => rows.value as Row[]),
    shift,
    landed,
    atBottom,
    onScroll,
    toBottom,
    goTo,
  }
}
