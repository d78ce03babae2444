// The segments of a track, each a channel of one minute of the film: the one that plays and its
// neighbours are in use. A segment's history is read when it is entered, and again after a gap.
import { useChannel, useParley, type Publication, type UseChannel } from '@parley/vue'
import { effectScope, onScopeDispose, shallowRef, type EffectScope, type Ref } from 'vue'
import type { ParleyError } from '@parley/vue'
import { segmentChannel } from './model/wire'

const PAGE = 1000

interface Segment {
  scope: EffectScope
  channel: UseChannel<unknown>
  loaded: boolean
  /** Publications on their way: until they are there the segment stays in use. */
  sending: number
}

export interface Segments {
  state: Readonly<Ref<'loading' | 'ready' | 'none'>>
  error: Readonly<Ref<ParleyError | null>>
  /** Use exactly these. */
  keep(wanted: readonly number[]): void
  publish(segment: number, data: unknown, timeout: number): Promise<void>
}

/** `take` gets the publications of a segment, many at once from its history. */
export function useSegments(
  name: string,
  take: (segment: number, publications: readonly Publication[]) => void,
): Segments {
  const parley = useParley()
  const open = new Map<number, Segment>()
  const state = shallowRef<'loading' | 'ready' | 'none'>('loading')
  const error = shallowRef<ParleyError | null>(null)
  onScopeDispose(() => open.forEach(({ scope }) => scope.stop()))

  function keep(wanted: readonly number[]) {
    for (const [number, { scope, sending }] of open) {
      if (wanted.includes(number) || sending > 0) continue
      scope.stop()
      open.delete(number)
    }
    for (const number of wanted) enter(number)
  }

  function enter(number: number): Segment {
    const known = open.get(number)
    if (known) return known
    const scope = effectScope(true)
    const channel = scope.run(() => useChannel(segmentChannel(name, number), { parley }))!
    const segment: Segment = { scope, channel, loaded: false, sending: 0 }
    open.set(number, segment)
    scope.run(() => {
      channel.onPublication((publication) => take(number, [publication]))
      channel.onSubscribed(({ gap }) => {
        if (gap || !segment.loaded) void load(number, segment)
      })
    })
    return segment
  }

  async function load(number: number, segment: Segment) {
    try {
      let since: { offset: number; epoch: string } | undefined
      for (;;) {
        const { publications } = await segment.channel.history({ limit: PAGE, since })
        if (open.get(number) !== segment) return
        take(number, publications)
        const last = publications.at(-1)
        if (publications.length < PAGE || last?.offset === undefined) break
        since = { offset: last.offset, epoch: last.epoch }
      }
      segment.loaded = true
      state.value = 'ready'
      error.value = null
    } catch (reason) {
      // A line that was lost comes back, and this with it; a refusal stays.
      if (segment.channel.state.value === 'subscribed') state.value = 'none'
      error.value = segment.channel.error.value ?? (reason as ParleyError)
    }
  }

  return {
    state,
    error,
    keep,
    async publish(number, data, timeout) {
      const segment = enter(number)
      segment.sending++
      try {
        await segment.channel.publish(data, { timeout })
      } finally {
        segment.sending--
      }
    },
  }
}
