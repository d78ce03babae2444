// Who is in a channel: asked once, then kept by joins and leaves, asked again after each return.
// A channel too full to list has its numbers only, asked for again while people come and go.
import type { ClientInfo } from 'centrifuge'
import {
  computed,
  onScopeDispose,
  shallowRef,
  type ComputedRef,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import { createBatch } from './batch'
import type { Channel } from './channel'
import { NOT_AVAILABLE, toParleyError, type ParleyError } from './errors'
import { useCurrent, type ChannelOptions } from './useChannel'

export interface UsePresence {
  /** Connections; one user may have several. */
  clients: Readonly<ShallowRef<readonly ClientInfo[]>>
  /** Distinct names in order; users without a name are not among them. */
  users: ComputedRef<readonly string[]>
  /** Distinct users, and each connection without a name. */
  count: ComputedRef<number>
  /** False while it is being asked for, and in a channel too full to list: `count` may be right then. */
  complete: Readonly<ShallowRef<boolean>>
  error: Readonly<ShallowRef<ParleyError | null>>
}

const BATCH_MS = 100
const STATS_MS = 5000

export function usePresence(
  name: MaybeRefOrGetter<string | null>,
  options: ChannelOptions = {},
): UsePresence {
  const { hook } = useCurrent(name, { ...options, joinLeave: true })
  const clients = shallowRef<readonly ClientInfo[]>([])
  const complete = shallowRef(false)
  const error = shallowRef<ParleyError | null>(null)
  const told = shallowRef(0)
  let counter: Attendance | null = null

  hook((channel) => {
    const mine = (counter = new Attendance(channel, { clients, complete, error, told }))
    return () => mine.stop()
  })
  onScopeDispose(() => counter?.stop())

  const users = computed(() => {
    const names = new Set(clients.value.map(({ user }) => user))
    names.delete('')
    return [...names].sort()
  })
  const nameless = computed(() => clients.value.filter(({ user }) => user === '').length)
  return {
    clients,
    users,
    count: computed(() => (complete.value ? users.value.length + nameless.value : told.value)),
    complete,
    error,
  }
}

interface Sinks {
  clients: ShallowRef<readonly ClientInfo[]>
  complete: ShallowRef<boolean>
  error: ShallowRef<ParleyError | null>
  /** The number of users that the server told, where it does not list them. */
  told: ShallowRef<number>
}

type Change = { kind: 'join' | 'leave'; info: ClientInfo }

/** The wire leaves an anonymous user's name out. */
function named(info: ClientInfo): ClientInfo {
  return { ...info, user: info.user ?? '' }
}

/** Keeps the list of one channel. */
class Attendance {
  private here = new Map<string, ClientInfo>()
  /** Joins and leaves while the list is on its way: they may be newer than it. */
  private meanwhile: Change[] | null = null
  private stopped = false
  private round = 0
  private readonly batch = createBatch(BATCH_MS, () => this.show())
  private readonly stats = createBatch(STATS_MS, () => void this.askNumbers())
  private readonly undo: (() => void)[]

  constructor(
    private readonly channel: Channel,
    private readonly sinks: Sinks,
  ) {
    sinks.clients.value = []
    sinks.complete.value = false
    sinks.error.value = null
    sinks.told.value = 0
    this.undo = [
      channel.on('subscribed', () => void this.ask()),
      channel.on('join', (info) => this.note({ kind: 'join', info })),
      channel.on('leave', (info) => this.note({ kind: 'leave', info })),
    ]
    if (channel.state.value === 'subscribed') void this.ask()
  }

  stop(): void {
    this.stopped = true
    this.batch.cancel()
    this.stats.cancel()
    for (const undo of this.undo) undo()
  }

  private async ask(): Promise<void> {
    const round = ++this.round
    const { sinks } = this
    this.meanwhile = []
    try {
      const { clients } = await this.channel.presence()
      if (this.stopped || round !== this.round) return
      this.here = new Map(Object.entries(clients).map(([id, info]) => [id, named(info)]))
      this.meanwhile.forEach((change) => this.apply(change))
      sinks.complete.value = true
      sinks.error.value = null
      this.show()
    } catch (reason) {
      if (this.stopped || round !== this.round) return
      sinks.complete.value = false
      sinks.error.value = toParleyError(reason)
      if (sinks.error.value.code === NOT_AVAILABLE) this.stats.run()
    } finally {
      if (round === this.round) this.meanwhile = null
    }
  }

  private async askNumbers(): Promise<void> {
    try {
      const { numUsers } = await this.channel.presenceStats()
      if (!this.stopped) this.sinks.told.value = numUsers
    } catch (reason) {
      if (!this.stopped) this.sinks.error.value = toParleyError(reason)
    }
  }

  private note(change: Change): void {
    if (this.meanwhile) this.meanwhile.push(change)
    else if (this.sinks.complete.value) {
      this.apply(change)
      this.batch.run()
    } else this.stats.run()
  }

  private apply({ kind, info }: Change): void {
    if (kind === 'join') this.here.set(info.client, named(info))
    else this.here.delete(info.client)
  }

  private show(): void {
    this.sinks.clients.value = [...this.here.values()]
  }
}
