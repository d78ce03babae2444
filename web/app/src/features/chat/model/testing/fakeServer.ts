// A server that a test holds in its hand: channels with offsets, epochs and histories, users with lines
// that break and come back. Answers come in a later microtask, as over a wire; nothing takes time.
import { onScopeDispose, ref, shallowRef, type Ref } from 'vue'
import type { WireError } from '../problems'
import type { Publication } from '../schema'
import type { Channel, HistoryQuery, Subscribed, Wire } from '../wire'

type Position = { epoch: string; offset: number }

interface Stream {
  epoch: string
  offset: number
  kept: Publication[]
  members: Set<FakeChannel>
}

const error = (code: number, message = '', temporary = false): WireError => ({
  code,
  message,
  temporary,
  retryable: temporary || code < 100,
})
export const refusal = error

export class FakeServer {
  /** Publications kept in each channel, and how many may be recovered. */
  historySize = 1000
  recoverable = 1000
  /** Of the page's clock, in milliseconds. */
  ahead = 0
  /** Its history pages are never longer. */
  pageMax = Infinity
  /** Channels without a history. */
  placeless = new Set<string>()
  /** What a command is refused with, as "publish tea", "subscribe tea", "history tea". */
  readonly refusals = new Map<string, WireError>()
  private readonly streams = new Map<string, Stream>()
  private readonly wires = new Set<FakeWire>()
  private readonly watchers = new Set<() => void>()
  private epochs = 0

  connect(user: string): FakeWire {
    const wire = new FakeWire(this, user)
    this.wires.add(wire)
    return wire
  }

  stream(channel: string): Stream {
    let stream = this.streams.get(channel)
    if (!stream) {
      stream = { epoch: `e${++this.epochs}`, offset: 0, kept: [], members: new Set() }
      this.streams.set(channel, stream)
    }
    return stream
  }

  /** What `user` publishes; null is a back end. */
  publish(channel: string, data: unknown, user: string | null): Publication {
    const stream = this.stream(channel)
    const place = this.placeless.has(channel) ? undefined : ++stream.offset
    const publication: Publication = {
      data: structuredClone(data),
      user: user ?? '',
      info: user === null ? undefined : { user },
      offset: place,
      epoch: place === undefined ? '' : stream.epoch,
      id: place === undefined ? `live-${Math.random()}` : `${stream.epoch}-${place}`,
      time: Date.now() + this.ahead,
    }
    if (place !== undefined) stream.kept = [...stream.kept, publication].slice(-this.historySize)
    for (const member of [...stream.members]) member.deliver(publication)
    return publication
  }

  users(channel: string): Set<string> {
    return new Set([...this.stream(channel).members].map(({ user }) => user))
  }

  /** Calls when somebody came or went. Returns the function that ends that. */
  watch(look: () => void): () => void {
    this.watchers.add(look)
    return () => void this.watchers.delete(look)
  }

  moved(channel: string, member: FakeChannel, isThere: boolean): void {
    const { members } = this.stream(channel)
    if (isThere) members.add(member)
    else members.delete(member)
    for (const look of this.watchers) look()
  }

  position(channel: string): Position | null {
    if (this.placeless.has(channel)) return null
    const { epoch, offset } = this.stream(channel)
    return { epoch, offset }
  }

  history(channel: string, { limit, since }: HistoryQuery): Publication[] {
    const stream = this.stream(channel)
    const refused = this.refusals.get(`history ${channel}`)
    if (refused) throw refused
    if (this.placeless.has(channel)) throw error(108, 'not available')
    const beyond = since && (since.epoch !== stream.epoch || since.offset > stream.offset)
    if (beyond) throw error(112, 'unrecoverable position')
    const before = since?.offset ?? Infinity
    return stream.kept
      .filter(({ offset }) => offset! < before)
      .slice(-Math.min(limit, this.pageMax))
      .toReversed()
  }

  /** As after kill -9 of a server that keeps its histories in memory. */
  restart(): void {
    const lost = [...this.wires].filter(({ up }) => up)
    for (const wire of lost) wire.drop()
    this.streams.clear()
    for (const wire of lost) wire.comeBack()
  }
}

export class FakeWire implements Wire {
  up = true
  /** While true, answers to `publish` are held back, and so is what they did. */
  deaf = false
  readonly published: { channel: string; data: unknown }[] = []
  private readonly channels = new Set<FakeChannel>()
  private readonly listeners = new Set<(envelope: unknown) => void>()

  constructor(
    readonly server: FakeServer,
    readonly user: string,
  ) {}

  channel(name: string): FakeChannel {
    const channel = new FakeChannel(this, name)
    this.channels.add(channel)
    onScopeDispose(() => {
      this.channels.delete(channel)
      channel.leave()
    })
    if (this.up) queueMicrotask(() => channel.subscribe())
    return channel
  }

  presence(name: string) {
    const users = shallowRef<readonly string[]>([])
    const count = ref(0)
    const look = () => {
      users.value = [...this.server.users(name)].sort()
      count.value = users.value.length
    }
    queueMicrotask(look)
    onScopeDispose(this.server.watch(look))
    return { users, count }
  }

  async publish(channel: string, data: unknown): Promise<void> {
    if (!this.up) throw error(2, 'connection closed')
    this.published.push({ channel, data })
    const refused = this.server.refusals.get(`publish ${channel}`)
    if (refused) throw refused
    if (this.deaf) return new Promise(() => {})
    this.server.publish(channel, data, this.user)
  }

  onDirect(listener: (envelope: unknown) => void) {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  direct(envelope: unknown): void {
    for (const listener of this.listeners) listener(envelope)
  }

  /** The channel of that name, as the chat uses it. */
  of(name: string): FakeChannel {
    return [...this.channels].find((channel) => channel.name === name)!
  }

  drop(): void {
    this.up = false
    for (const channel of this.channels) channel.lose()
  }

  comeBack(): void {
    this.up = true
    for (const channel of this.channels) channel.subscribe()
  }
}

export class FakeChannel implements Channel {
  readonly state: Ref<'idle' | 'subscribing' | 'subscribed' | 'ended'> = ref('subscribing')
  readonly error = shallowRef<WireError | null>(null)
  readonly position = shallowRef<Position | null>(null)
  readonly asked: HistoryQuery[] = []
  /** Held answers of `history`, while it is an array. */
  held: (() => void)[] | null = null
  private readonly hear = new Set<(publication: Publication) => void>()
  private readonly welcomed = new Set<(subscribed: Subscribed) => void>()
  private waiting: (() => void)[] = []
  private pending = new Set<(reason: WireError) => void>()

  constructor(
    private readonly wire: FakeWire,
    readonly name: string,
  ) {}

  get user(): string {
    return this.wire.user
  }

  subscribe(): void {
    const { server } = this.wire
    const refused = server.refusals.get(`subscribe ${this.name}`)
    if (refused) {
      this.error.value = refused
      this.state.value = 'ended'
      return
    }
    const before = this.position.value
    const now = server.position(this.name)
    const missed = server
      .stream(this.name)
      .kept.filter(({ offset }) => offset! > (before?.offset ?? 0))
    const whole = now && before?.epoch === now.epoch && now.offset - before.offset === missed.length
    const recovered = !!whole && missed.length <= server.recoverable
    this.state.value = 'subscribed'
    if (!recovered) this.position.value = now
    for (const listener of this.welcomed) listener({ recovered, position: now })
    server.moved(this.name, this, true)
    if (recovered) missed.forEach((publication) => this.deliver(publication))
    this.waiting.splice(0).forEach((go) => go())
  }

  retry(): void {
    this.state.value = 'subscribing'
    queueMicrotask(() => this.subscribe())
  }

  /** Waits for the subscription, as the real one does. */
  async publish(data: unknown): Promise<void> {
    if (this.state.value !== 'subscribed') await new Promise<void>((go) => this.waiting.push(go))
    const gone = new Promise<never>((_, reject) => this.pending.add(reject))
    await Promise.race([this.wire.publish(this.name, data), gone])
  }

  async history(query: HistoryQuery): Promise<{ publications: Publication[] }> {
    this.asked.push(query)
    if (this.held) await new Promise<void>((resolve) => this.held!.push(resolve))
    await Promise.resolve()
    if (this.state.value !== 'subscribed') throw error(2, 'connection closed')
    return { publications: this.wire.server.history(this.name, query) }
  }

  onPublication(listener: (publication: Publication) => void): void {
    this.hear.add(listener)
  }

  onSubscribed(listener: (subscribed: Subscribed) => void): void {
    this.welcomed.add(listener)
  }

  deliver(publication: Publication): void {
    const { offset, epoch } = publication
    if (offset !== undefined) this.position.value = { epoch, offset }
    for (const listener of this.hear) listener(publication)
  }

  lose(): void {
    this.leave()
    this.state.value = 'subscribing'
    for (const reject of this.pending) reject(error(11, 'connection closed'))
    this.pending.clear()
  }

  leave(): void {
    this.wire.server.moved(this.name, this, false)
  }
}
