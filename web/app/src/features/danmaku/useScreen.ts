// The renderer over the picture: made when the picture is there, set as the viewer chose. Whoever
// prefers reduced motion gets none; then the list beside it is all.
import { Danmaku, type Comment, type Frozen, type Stats } from '@parley/danmaku'
import { useIntervalFn, useResizeObserver } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useMediaQuery } from '@/shared/composables/useMediaQuery'
import { fontSizeFor, toSettings } from './model/settings'
import { useChoices } from './useChoices'

const STATS_MS = 500

export interface Screen {
  /** Reduced motion: nothing flies. */
  still: Readonly<Ref<boolean>>
  stats: Readonly<Ref<Stats>>
  frozen: Readonly<Ref<Frozen | null>>
  emit(comment: Comment): void
  remove(id: string): void
  clear(): void
  pause(): void
  resume(): void
  set(settings: { rate: number }): void
  keepFrozen(): void
  thaw(): void
}

const nothing: Stats = { shown: 0, shed: 0, hidden: 0, alive: 0, waiting: 0, fps: 0, frameMs: 0 }

export function useScreen(element: () => HTMLElement | null): Screen {
  const { choices } = useChoices()
  const host = computed(element)
  const still = useMediaQuery('(prefers-reduced-motion: reduce)')
  const stats = shallowRef(nothing)
  const frozen = shallowRef<Frozen | null>(null)
  const height = ref(0)
  let danmaku: Danmaku | null = null
  let paused = false
  let rate = 1

  watch([host, still], () => (host.value && !still.value ? open(host.value) : close()), {
    immediate: true,
    flush: 'post',
  })
  watch([choices, height], adjust)
  useResizeObserver(host, ([entry]) => (height.value = entry?.contentRect.height ?? 0))
  useIntervalFn(() => danmaku && (stats.value = danmaku.stats), STATS_MS)
  onScopeDispose(close)

  function open(element: HTMLElement) {
    close()
    height.value = element.clientHeight
    danmaku = new Danmaku(element, { onFreeze: (now) => (frozen.value = now), rate })
    adjust()
    if (paused) danmaku.pause()
  }

  function close() {
    danmaku?.destroy()
    danmaku = null
    frozen.value = null
    stats.value = nothing
  }

  function adjust() {
    if (!danmaku) return
    const fontSize = fontSizeFor(height.value, choices.fontScale)
    danmaku.set({ ...toSettings(choices), fontSize })
    if (choices.on) danmaku.show()
    else danmaku.hide()
  }

  return {
    still,
    stats,
    frozen,
    emit: (comment) => danmaku?.emit(comment),
    remove: (id) => danmaku?.remove(id),
    clear: () => danmaku?.clear(),
    pause() {
      paused = true
      danmaku?.pause()
    },
    resume() {
      paused = false
      danmaku?.resume()
    },
    set(settings) {
      rate = settings.rate
      danmaku?.set(settings)
    },
    keepFrozen: () => danmaku?.keepFrozen(),
    thaw: () => danmaku?.thaw(),
  }
}
