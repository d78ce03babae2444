// A server of the Centrifuge protocol in the page's memory, as small as the tests need: connect,
// subscribe with recovery, publish, history, presence. The SDK above it is the real one.
import { FakeSocket } from './fakeSocket'

interface Info {
  client: string
  /** Absent for an anonymous user, as on the wire. */
  user?: string
}

interface Pub {
  data: unknown
  offset: number
  info?: Info
  time?: number
}

interface Command {
  id?: number
  [method: string]: unknown
}

type Fields = Record<string, never> & {
  channel: string
  data: unknown
  token?: string
  recover?: boolean
  epoch?: string
  offset?: number
  limit?: number
  since?: { offset: number; epoch: string }
  reverse?: boolean
  join_leave?: boolean
}

type Refusal = { code: number; message: string; temporary?: boolean }

export class FakeServer {
  epoch = 'e1'
  pubs: Pub[] = []
  here: Info[] = []
  /** Commands by method, as they came, with their fields. */
  heard: { method: string; fields: Fields }[] = []
  /** Methods that are refused. */
  refuse: Record<string, Refusal> = {}
  /** Methods that get no answer until `release`. */
  hold: Set<string> = new Set()
  sockets: FakeSocket[] = []
  /** New sockets are hung up at once. */
  down = false
  /** Too much was missed to be sent again. */
  recovers = true
  /** Seconds that a subscription's token is good for; 0 for ever. */
  ttl = 0
  readonly WebSocket: typeof WebSocket
  private held: (() => void)[] = []

  constructor() {
    const hear = (socket: FakeSocket, data: string) => this.hear(socket, data)
    const born = (socket: FakeSocket) => this.born(socket)
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url)
        born(this)
      }
      override send(data: unknown): void {
        super.send(data)
        hear(this, data as string)
      }
    } as unknown as typeof WebSocket
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!
  }

  /** How often a method was called, for one channel. */
  count(method: string, channel = 'tea'): number {
    return this.heard.filter((one) => one.method === method && one.fields.channel === channel)
      .length
  }

  publish(data: unknown, silent: boolean = false): void {
    const pub = { data, offset: (this.pubs.at(-1)?.offset ?? 0) + 1 }
    this.pubs.push(pub)
    if (!silent) this.push({ pub })
  }

  push(what: object): void {
    this.socket.say({ push: { channel: 'tea', ...what } })
  }

  join(user: string, client: string = user): void {
    this.here.push({ client, user })
    this.push({ join: { info: { client, user } } })
  }

  leave(client: string): void {
    const info = this.here.find((one) => one.client === client)
    this.here = this.here.filter((one) => one !== info)
    this.push({ leave: { info } })
  }

  /** Forgets its streams, as a restart does. */
  forget(epoch: string): void {
    this.epoch = epoch
    this.pubs = []
  }

  release(): void {
    this.hold.clear()
    for (const answer of this.held.splice(0)) answer()
  }

  private born(socket: FakeSocket): void {
    this.sockets.push(socket)
    queueMicrotask(() => (this.down ? socket.hangUp() : socket.open()))
  }

  private hear(socket: FakeSocket, data: string): void {
    for (const line of data.split('\n')) {
      const { id, ...rest } = JSON.parse(line) as Command
      const [method, fields] = Object.entries(rest)[0] ?? []
      if (!method) continue
      this.heard.push({ method, fields: fields as Fields })
      const answer = () => {
        const error = this.refuse[method]
        const reply = error ? { error } : { [method]: this.answer(method, fields as Fields) }
        queueMicrotask(() => socket.readyState === 1 && socket.say({ id, ...reply }))
      }
      if (this.hold.has(method)) this.held.push(answer)
      else answer()
    }
  }

  private answer(method: string, fields: Fields): object {
    const { epoch, pubs } = this
    const offset = pubs.at(-1)?.offset ?? 0
    switch (method) {
      case 'connect':
        return { client: `c${this.sockets.length}`, version: 'fake', ping: 25, pong: true }
      case 'subscribe':
        return { ...this.subscribe(fields), ...this.expiry() }
      case 'sub_refresh':
        return this.expiry()
      case 'publish':
        return {}
      case 'history':
        return { epoch, offset, publications: this.page(fields) }
      case 'presence':
        return { presence: Object.fromEntries(this.here.map((info) => [info.client, info])) }
      case 'presence_stats':
        return { num_clients: 20_000, num_users: 12_345 }
      default:
        return {}
    }
  }

  private subscribe({ recover, epoch, offset = 0 }: Fields): object {
    const top = this.pubs.at(-1)?.offset ?? 0
    const position = { recoverable: true, positioned: true, epoch: this.epoch, offset: top }
    if (!recover) return position
    const recovered = this.recovers && epoch === this.epoch
    const publications = recovered ? this.pubs.filter((pub) => pub.offset > offset) : []
    return { ...position, was_recovering: true, recovered, publications }
  }

  private expiry(): object {
    return this.ttl > 0 ? { expires: true, ttl: this.ttl } : {}
  }

  private page({ limit = 0, since, reverse }: Fields): Pub[] {
    const { offset = Infinity } = since ?? {}
    const found = this.pubs.filter((pub) => (reverse ? pub.offset < offset : pub.offset > offset))
    return (reverse ? found.reverse() : found).slice(0, limit)
  }
}
