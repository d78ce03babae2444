// The segments of a track, each a channel of one minute of the film: the one that plays and its
// neighbours are in use. A segment's history is read when it is entered, and after a gap, page by page
// to its end; what was read once is not read again.
import { useChannel, useParley, type Publication, type UseChannel } from '@parley/vue'
import { effectScope, onScopeDispose, shallowRef, watch, type EffectScope, type Ref } from 'vue'
import type { ParleyError } from '@parley/vue'
import { segmentChannel } from './model/wire'
import { useLater } from './useLater'

/** The server may give less: limits.history_page. */
const PAGE = 1000

interface Segment {
  scope: EffectScope
  channel: UseChannel<unknown>
  loaded: boolean
  /** Loads again, after what passes. */
  later: ReturnType<typeof useLater>
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
  /** How far each segment was read. */
  const read = new Map<number, { offset: number; epoch: string }>()
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
    const segment = scope.run(() => use(scope, number))!
    open.set(number, segment)
    return segment
  }

  function use(scope: EffectScope, number: number): Segment {
    const channel = useChannel(segmentChannel(name, number), { parley })
    const later = useLater(() => channel.state.value === 'subscribed' && load(number, segment))
    const segment: Segment = { scope, channel, later, loaded: false, sending: 0 }
    channel.onPublication((publication) => take(number, [publication]))
    channel.onSubscribed(({ gap }) => {
      if (gap) segment.loaded = false
      if (!segment.loaded) void load(number, segment)
    })
    watch(channel.state, (now) => {
      if (now === 'ended' && channel.error.value) failed(segment, channel.error.value)
    })
    return segment
  }

  async function load(number: number, segment: Segment) {
    segment.later.stop()
    try {
      for (;;) {
        const since = read.get(number)
        const { publications, position } = await segment.channel.history({ limit: PAGE, since })
        if (open.get(number) !== segment) return
        take(number, publications)
        const { offset = position.offset, epoch = position.epoch } = publications.at(-1) ?? {}
        read.set(number, { offset, epoch })
        if (offset >= position.offset) break
      }
      segment.loaded = true
      state.value = 'ready'
      error.value = null
    } catch (reason) {
      if (open.get(number) !== segment) return
      const fault = reason as ParleyError
      // Another stream, or one that no longer reaches back so far: from its beginning, then.
      if (fault.reason === 'unrecoverable_position' && read.delete(number)) load(number, segment)
      else failed(segment, fault)
    }
  }

  /** A line that was lost comes back, and the loading with it; what passes is asked again; a refusal stays. */
  function failed({ channel, later }: Segment, fault: ParleyError) {
    if (fault.retryable) later.start()
    else if (/^(subscribed|ended)$/.test(channel.state.value)) state.value = 'none'
    error.value = channel.error.value ?? fault
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
