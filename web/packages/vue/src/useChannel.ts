// A channel as reactive state: subscribed while a component (or effect scope) uses it.
import type { ClientInfo, HistoryOptions, StreamPosition } from 'centrifuge'
import {
  computed,
  onScopeDispose,
  shallowRef,
  toValue,
  watch,
  type ComputedRef,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import type { Channel, ChannelNeeds, ChannelState, HistoryPage, Subscribed } from './channel'
import { ParleyError, UNSUBSCRIBED } from './errors'
import { channelsOf, useParley, type Parley } from './parley'
import type { Publication } from './publication'
import type { Patience } from './waiting'

export interface ChannelOptions extends ChannelNeeds {
  /** Outside of components, or for one of several servers. */
  parley?: Parley
}

export interface PublishOptions extends Patience {
  /** Goes into the data as `id`, the same on each try, so that receivers can drop a second copy. */
  id?: string
}

export interface UseChannel<T> {
  state: ComputedRef<ChannelState>
  /** Of the last failure to subscribe; null once subscribed. */
  error: ComputedRef<ParleyError | null>
  /** Of the last return: was all that was missed recovered? null before the first. */
  recovered: ComputedRef<boolean | null>
  /** The place of the last publication. */
  position: ComputedRef<StreamPosition | null>
  /** Resolves when the server has accepted it; waits for the line as long as its patience allows. */
  publish(data: T, options?: PublishOptions): Promise<void>
  history(options?: HistoryOptions, patience?: Patience): Promise<HistoryPage<T>>
  /** Subscribes again after an end. */
  retry(): void
  /** Each of these returns the function that removes the listener; it goes with the scope, too. */
  onPublication(listener: (publication: Publication<T>) => void): () => void
  /** Also for one that comes when the channel is subscribed already: in the same turn, as `first`. */
  onSubscribed(listener: (subscribed: Subscribed) => void): () => void
  /** Need `joinLeave`. */
  onJoin(listener: (info: ClientInfo) => void): () => void
  onLeave(listener: (info: ClientInfo) => void): () => void
}

type Hook = (channel: Channel) => () => void

/** The channel of that name in use, and hooks that follow it when the name changes. */
export interface Using {
  current: Readonly<ShallowRef<Channel | null>>
  /** Runs for the current channel and each later one; what it returns runs when that one is left. */
  hook(enter: Hook): () => void
}

export function useCurrent(name: MaybeRefOrGetter<string | null>, options: ChannelOptions): Using {
  const { parley = useParley(), ...needs } = options
  const channels = channelsOf(parley)
  const current = shallowRef<Channel | null>(null)
  const hooks = new Map<Hook, (() => void) | undefined>()

  function leave(): void {
    for (const [enter, undo] of hooks) {
      undo?.()
      hooks.set(enter, undefined)
    }
    if (current.value) channels?.release(current.value)
    current.value = null
  }

  watch(
    () => toValue(name),
    (next) => {
      leave()
      if (!next || !channels) return
      const channel = channels.acquire(next, needs)
      current.value = channel
      for (const enter of hooks.keys()) hooks.set(enter, enter(channel))
    },
    { immediate: true, flush: 'sync' },
  )
  onScopeDispose(leave)

  return {
    current,
    hook(enter) {
      hooks.set(enter, current.value ? enter(current.value) : undefined)
      return () => {
        hooks.get(enter)?.()
        hooks.delete(enter)
      }
    },
  }
}

function withId(data: unknown, id: string | undefined): unknown {
  if (id === undefined) return data
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data, id }
  throw new TypeError('publish: an id needs data that is an object')
}

/** Whoever comes to a channel that others use already has a first subscription, too. */
function hearSubscribed(channel: Channel, listener: (subscribed: Subscribed) => void): () => void {
  let first = true
  const hear = (subscribed: Subscribed) => {
    const { position } = subscribed
    const mine = first ? { first, recovered: false, gap: false, position } : subscribed
    first = false
    listener(mine)
  }
  const undo = channel.on('subscribed', hear)
  let heard = true
  queueMicrotask(() => {
    const { state, position } = channel
    if (!heard || !first || state.value !== 'subscribed') return
    hear({ first, recovered: false, gap: false, position: position.value })
  })
  return () => {
    heard = false
    undo()
  }
}

export function useChannel<T = unknown>(
  name: MaybeRefOrGetter<string | null>,
  options: ChannelOptions = {},
): UseChannel<T> {
  const { current, hook } = useCurrent(name, options)

  function channel(): Channel {
    if (current.value) return current.value
    throw new ParleyError({ code: UNSUBSCRIBED, message: 'no channel in use' })
  }

  return {
    state: computed(() => current.value?.state.value ?? 'idle'),
    error: computed(() => current.value?.error.value ?? null),
    recovered: computed(() => current.value?.recovered.value ?? null),
    position: computed(() => current.value?.position.value ?? null),
    publish: async (data, { id, ...patience } = {}) =>
      channel().publish(withId(data, id), patience),
    history: async (asked = {}, patience = {}) => channel().history<T>(asked, patience),
    retry: () => current.value?.retry(),
    onPublication: (listener) =>
      hook((one) => one.on('publication', (value) => listener(value as Publication<T>))),
    onSubscribed: (listener) => hook((one) => hearSubscribed(one, listener)),
    onJoin: (listener) => hook((one) => one.on('join', listener)),
    onLeave: (listener) => hook((one) => one.on('leave', listener)),
  }
}
