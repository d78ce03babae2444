// What was said in a channel and what is being said, as one list: the newest page at first, older ones
// on demand, live publications at its end. After a return without recovery the newest page is loaded
// again, and a gap is marked if it does not reach back to what is there.
import { shallowRef, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import type { ParleyError } from './errors'
import { HistoryReader } from './historyReader'
import type { Publication } from './publication'
import type { Timeline } from './timeline'
import { useCurrent, type ChannelOptions } from './useChannel'

export interface UseHistoryOptions extends ChannelOptions {
  /** Publications in one page; default 50, at most the server's limits.history_page. */
  pageSize?: number
  /** How many items are kept when live ones arrive; default all. */
  limit?: number
}

export interface UseHistory<T> {
  /** Oldest first. The array is replaced at each change; its items never change. */
  items: Readonly<ShallowRef<readonly Publication<T>[]>>
  /** Ids of the items before which something may be missing. */
  gaps: Readonly<ShallowRef<ReadonlySet<string>>>
  loading: Readonly<ShallowRef<boolean>>
  /** The oldest publication that the server keeps is here. */
  done: Readonly<ShallowRef<boolean>>
  error: Readonly<ShallowRef<ParleyError | null>>
  /** Loads the page before the first item; resolves to the number of new ones, also 0 on an error. */
  loadOlder(): Promise<number>
  /** Loads a page into the gap before the item `id`. */
  fillGap(id: string): Promise<number>
}

export function useHistory<T = unknown>(
  name: MaybeRefOrGetter<string | null>,
  { pageSize = 50, limit = Infinity, ...options }: UseHistoryOptions = {},
): UseHistory<T> {
  const { hook } = useCurrent(name, options)
  const items = shallowRef<readonly Publication<T>[]>([])
  const gaps = shallowRef<ReadonlySet<string>>(new Set())
  const loading = shallowRef(false)
  const done = shallowRef(false)
  const error = shallowRef<ParleyError | null>(null)
  let reader: HistoryReader<T> | null = null

  function show(timeline: Timeline<T>): void {
    items.value = timeline.items
    gaps.value = timeline.gaps
  }

  hook((channel) => {
    const mine = (reader = new HistoryReader<T>(channel, {
      pageSize,
      limit,
      show,
      loading,
      done,
      error,
    }))
    return () => {
      mine.stop()
      reader = null
    }
  })

  return {
    items,
    gaps,
    loading,
    done,
    error,
    loadOlder: async () => reader?.loadOlder() ?? 0,
    fillGap: async (id) => reader?.fillGap(id) ?? 0,
  }
}
