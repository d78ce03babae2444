// The list beside the picture: what flies, with its time and its user. A flood is shown a few times a
// second, and only its end is kept. Counts comments a second for the rate chart.
import { blockList } from '@parley/danmaku'
import { useIntervalFn } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, type Ref } from 'vue'
import type { HeardComment } from './model/wire'
import { useChoices } from './useChoices'

const KEPT = 200
const SHOW_MS = 250
const CHART_SECONDS = 60

export interface Flow {
  /** Oldest first. */
  comments: Readonly<Ref<readonly HeardComment[]>>
  /** Comments in each of the last 60 seconds, the current one last. */
  rates: Readonly<Ref<readonly number[]>>
  push(comment: HeardComment): void
  /** Comments from before, or of a gap: listed where their time is, not counted. */
  insert(comments: readonly HeardComment[]): void
  /** Counts comments that the list does not show. */
  count(comments: number): void
  remove(id: string): void
  clear(): void
}

export function useFlow(): Flow {
  const { choices } = useChoices()
  const all = shallowRef<readonly HeardComment[]>([])
  const rates = shallowRef<readonly number[]>(new Array<number>(CHART_SECONDS).fill(0))
  let fresh: HeardComment[] = []
  let second = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const blocked = computed(() => blockList(choices))
  const comments = computed(() => all.value.filter((one) => one.own || !blocked.value(one)))

  useIntervalFn(() => {
    rates.value = [...rates.value.slice(1), second]
    second = 0
  }, 1000)
  onScopeDispose(() => clearTimeout(timer))

  function show() {
    timer = undefined
    all.value = [...all.value, ...fresh].slice(-KEPT)
    fresh = []
  }

  return {
    comments,
    rates,
    push(comment) {
      second++
      fresh.push(comment)
      if (fresh.length > KEPT) fresh.shift()
      timer ??= setTimeout(show, SHOW_MS)
    },
    insert(comments) {
      all.value = [...all.value, ...comments].sort((a, b) => a.time - b.time).slice(-KEPT)
    },
    count: (comments) => (second += comments),
    remove(id) {
      fresh = fresh.filter((one) => one.id !== id)
      all.value = all.value.filter((one) => one.id !== id)
    },
    clear() {
      fresh = []
      all.value = []
    },
  }
}
