// Who is in a channel: asked once, then kept by joins and leaves, asked again after each return and
// after a refusal that passes. A channel too full to list has its numbers only, asked for again while
// people come and go.
import type { ClientInfo } from 'centrifuge'
import { computed, shallowRef, type ComputedRef, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { createAgain, type Again } from './again'
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
  /**
   * False until the channel was listed, and in one that is too full to list: `count` may be right then.
   * While the list is asked for anew, the last one stands, and this with it.
   */
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

  hook((channel) => {
    const attendance = new Attendance(channel, { clients, complete, error, told })
    return () => attendance.stop()
  })

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
  private readonly again: Again
  private readonly undo: (() => void)[]

  constructor(
    private readonly channel: Channel,
    private readonly sinks: Sinks,
  ) {
    this.again = createAgain(channel, () => void this.ask())
    this.undo = [
      channel.on('subscribed', () => void this.ask()),
      channel.on('join', (info) => this.note({ kind: 'join', info })),
      channel.on('leave', (info) => this.note({ kind: 'leave', info })),
    ]
    if (channel.state.value === 'subscribed') void this.ask()
  }

  stop(): void {
    this.stopped = true
    this.again.cancel()
    this.batch.cancel()
    this.stats.cancel()
    for (const undo of this.undo) undo()
    const { clients, complete, error, told } = this.sinks
    clients.value = []
    complete.value = false
    error.value = null
    told.value = 0
  }

  private async ask(): Promise<void> {
    const round = ++this.round
    const { sinks } = this
    this.again.cancel()
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
      if (!this.stopped && round === this.round) this.fail(toParleyError(reason))
    } finally {
      if (round === this.round) this.meanwhile = null
    }
  }

  private fail(error: ParleyError): void {
    const { meanwhile, sinks } = this
    this.meanwhile = null
    sinks.error.value = error
    if (error.retryable) {
      // What is listed stays until then.
      meanwhile?.forEach((change) => this.note(change))
      this.again.later()
    } else {
      this.here.clear()
      this.show()
      sinks.complete.value = false
      if (error.code === NOT_AVAILABLE) this.stats.run()
    }
  }

  private async askNumbers(): Promise<void> {
    try {
      const { numUsers } = await this.channel.presenceStats()
      if (!this.stopped) this.sinks.told.value = numUsers
    } catch (reason) {
      if (this.stopped || this.sinks.complete.value) return
      this.sinks.error.value = toParleyError(reason)
      if (this.sinks.error.value.retryable) this.stats.run()
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
