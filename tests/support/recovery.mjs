// Nothing lost, nothing twice, nothing out of order, while connections break: publishers write counters into channels
// by the HTTP API, subscribers of both dialects with recovery check every counter, and a seeded plan cuts their
// connections, or kills the server itself. `parley verify` asks the same of clients of its own; these are the real ones.
import { Centrifuge } from 'centrifuge'
import WebSocket from 'ws'

const API_KEY = 'soak-api-key'
const BATCH = 20
const MOST_WAITING = 20

export const channelName = (space, index) => `${space}:c${index}`

/** Settings of the server under test. Durable channels need storage: pass a file. */
export const settings = ({ storage, seconds = 60 } = {}) => ({
  PARLEY_API__KEYS: API_KEY,
  PARLEY_LIMITS__RECOVERY_PUBLICATIONS: '100000',
  PARLEY_LIMITS__HISTORY_BYTES: '1GiB',
  PARLEY_LIMITS__CHANNELS_PER_CONNECTION: '1000',
  PARLEY_NAMESPACE__MEM__HISTORY_SIZE: '20000',
  PARLEY_NAMESPACE__MEM__HISTORY_TTL: `${seconds + 600}s`,
  PARLEY_LIMITS__OUTBOX_BYTES: '64MiB',
  ...(storage && {
    PARLEY_STORAGE__PATH: storage,
    PARLEY_NAMESPACE__DISK__DURABLE: 'true',
    PARLEY_NAMESPACE__DISK__HISTORY_SIZE: '20000',
    PARLEY_NAMESPACE__DISK__HISTORY_TTL: `${seconds + 600}s`,
  }),
})

// A small seeded generator (mulberry32): the same seed plans the same faults.
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Writes `rate` counters a second into the channels, in batches; an answer that never comes leaves an outcome unknown. */
export class Publisher {
  #timer
  #busy = Promise.resolve()
  #due = 0
  #last = 0
  #waiting = 0 // batches
  next = new Map() // channel: the next counter
  unknown = new Set() // "channel counter" of which nobody knows whether it was published
  acked = new Map() // channel: the highest counter that was acknowledged
  sent = 0

  constructor(name, server, channels, rate) {
    Object.assign(this, { name, server, channels, rate })
    this.#last = Date.now()
    this.#timer = setInterval(() => this.#tick(), 10)
  }

  #tick() {
    const now = Date.now()
    this.#due = Math.min(this.#due + ((now - this.#last) * this.rate) / 1000, this.rate)
    this.#last = now
    while (this.#due >= BATCH) {
      this.#due -= BATCH
      // A server that is slower than the rate is written to as fast as it answers.
      if (this.#waiting >= MOST_WAITING) continue
      this.#waiting++
      this.#busy = this.#busy.then(() => this.#publish()).then(() => this.#waiting--)
    }
  }

  async #publish() {
    const items = []
    for (let i = 0; i < BATCH; i++) {
      const channel = this.channels[this.sent++ % this.channels.length]
      const n = this.next.get(channel) ?? 1
      this.next.set(channel, n + 1)
      items.push({ channel, n })
    }
    const commands = items.map(({ channel, n }) => ({
      publish: { channel, data: { p: this.name, n } },
    }))
    let replies = []
    try {
      const response = await fetch(`${this.server.url}/api/batch`, {
        method: 'POST',
        headers: { 'X-API-Key': API_KEY },
        body: JSON.stringify({ commands }),
      })
      replies = (await response.json()).replies
    } catch {
      // The server is gone: whatever was under way may have happened, or not.
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    items.forEach(({ channel, n }, i) => {
      if (replies[i]?.publish?.offset) this.acked.set(channel, n)
      else this.unknown.add(`${channel} ${n}`)
    })
  }

  async stop() {
    clearInterval(this.#timer)
    await this.#busy
  }
}

/** What one subscriber has heard, checked as it comes. */
class Ledger {
  faults = []
  received = 0
  #last = new Map() // "channel publisher": the last counter
  #lost = new Set() // channels whose stream was lost, as the server said
  epochs = 0

  constructor(name, channels, publishers) {
    Object.assign(this, { name, channels, publishers })
  }

  heard(channel, { p, n }) {
    this.received++
    const key = `${channel} ${p}`
    const last = this.#last.get(key)
    this.#last.set(key, n)
    if (last === undefined || n === last + 1) return
    if (n <= last) return this.#fault(`${key}: ${n} came after ${last}`)
    const { unknown } = this.publishers.find((each) => each.name === p)
    for (let missing = last + 1; missing < n; missing++) {
      if (unknown.has(`${channel} ${missing}`) || this.#lost.has(channel)) continue
      return this.#fault(`${key}: ${missing} is missing before ${n}`)
    }
  }

  /** The server said that the stream is another one, or that its history does not reach back. */
  told(channel) {
    this.epochs++
    this.#lost.add(channel)
  }

  lostChannels() {
    return [...this.#lost]
  }

  /** Everything that was acknowledged has been heard, in the channels that it is subscribed to. */
  isComplete() {
    return this.publishers.every((publisher) =>
      [...publisher.acked].every(
        ([channel, n]) =>
          !this.channels.includes(channel) ||
          this.#lost.has(channel) ||
          (this.#last.get(`${channel} ${publisher.name}`) ?? 0) >= n,
      ),
    )
  }

  #fault(text) {
    if (this.faults.length < 5) this.faults.push(`${this.name}: ${text}`)
  }
}

/** All channels on one connection of the Centrifuge SDK, which recovers by itself. */
export class CentrifugeSubscriber {
  reconnects = 0

  constructor(name, server, channels, publishers) {
    this.ledger = new Ledger(name, channels, publishers)
    const sockets = (this.sockets = new Set())
    class Socket extends WebSocket {
      constructor(...args) {
        super(...args)
        sockets.add(this)
        this.on('close', () => sockets.delete(this))
      }
    }
    this.client = new Centrifuge(`${server.wsUrl}/connection/websocket`, {
      websocket: Socket,
      minReconnectDelay: 20,
      maxReconnectDelay: 500,
    })
    this.client.on('connected', () => this.reconnects++)
    this.ready = Promise.all(
      channels.map((channel) => {
        const subscription = this.client.newSubscription(channel, { recoverable: true })
        let first = true
        return new Promise((resolve) => {
          subscription.on('subscribed', ({ wasRecovering, recovered }) => {
            if (!first && wasRecovering && !recovered) this.ledger.told(channel)
            first = false
            resolve()
          })
          subscription.on('publication', ({ data }) => this.ledger.heard(channel, data))
          subscription.subscribe()
        })
      }),
    )
    this.client.connect()
  }

  cut() {
    for (const socket of this.sockets) socket.terminate()
  }
  stop() {
    this.client.disconnect()
  }
}

/** One channel on a bare WebSocket, which comes back with ?since= and the id of the last message. */
export class PlainSubscriber {
  #since = ''
  #stopped = false
  reconnects = 0

  constructor(name, server, [channel], publishers) {
    this.ledger = new Ledger(name, [channel], publishers)
    Object.assign(this, { server, channel, name })
    this.ready = new Promise((resolve) => (this.welcomed = resolve))
    this.#connect()
  }

  #connect() {
    const since = this.#since ? `since=${this.#since}` : 'history=0'
    const room = encodeURIComponent(this.channel)
    this.socket = new WebSocket(
      `${this.server.wsUrl}/room/${room}?format=json&username=${this.name}&${since}`,
    )
    this.socket.on('error', () => {})
    this.socket.on('message', (text) => this.#hear(JSON.parse(text)))
    this.socket.on('close', () => {
      if (!this.#stopped) this.timer = setTimeout(() => this.#connect(), 50)
    })
  }

  #hear(frame) {
    if (frame.type === 'welcome') {
      this.reconnects++
      if (frame.recovered === false) this.ledger.told(this.channel)
      if (frame.recovered !== true) this.#since = frame.position
      this.welcomed()
    } else if (frame.type === 'message') {
      this.#since = frame.id
      this.ledger.heard(this.channel, frame.data)
    }
  }

  cut() {
    this.socket.terminate()
  }
  stop() {
    this.#stopped = true
    clearTimeout(this.timer)
    this.socket.terminate()
  }
}

/**
 * One run. `kill`: the server is killed (SIGKILL) and started again now and then, instead of connections being cut.
 * Answers with what was seen; `faults` is empty when the promises held.
 */
export async function run(start, { seconds, seed, rate, channels, storage, kill = false }) {
  const chance = random(seed)
  const env = settings({ storage, seconds })
  let server = await start({ env })
  const spaces = storage ? ['mem', 'disk'] : ['mem']
  const names = Array.from({ length: channels }, (_, i) => channelName(spaces[i % spaces.length], i))
  const publishers = ['p1', 'p2', 'p3'].map((name) => new Publisher(name, server, names, rate / 3))
  const subscribers = [
    ...['s1', 's2', 's3', 's4'].map((name) => new CentrifugeSubscriber(name, server, names, publishers)),
    ...names.slice(0, 4).map((name, i) => new PlainSubscriber(`q${i}`, server, [name], publishers)),
  ]
  await Promise.all(subscribers.map((each) => each.ready))

  let cuts = 0
  let kills = 0
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, kill ? 2000 + chance() * 4000 : 20 + chance() * 400))
    if (kill) {
      server.signal('SIGKILL')
      await server.ended
      server = await start({ env, listen: new URL(server.url).host })
      kills++
    } else {
      subscribers[Math.floor(chance() * subscribers.length)].cut()
      cuts++
    }
  }

  await Promise.all(publishers.map((each) => each.stop()))
  const deadline = Date.now() + 30_000
  while (!subscribers.every((each) => each.ledger.isComplete()) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const faults = subscribers.flatMap((each) => each.ledger.faults)
  for (const { ledger } of subscribers) {
    if (!ledger.isComplete()) faults.push(`${ledger.name}: something acknowledged never came`)
  }
  const lost = subscribers.reduce((sum, each) => sum + each.ledger.epochs, 0)
  const durableLost = [...new Set(subscribers.flatMap((each) => each.ledger.lostChannels()))].filter(
    (name) => name.startsWith('disk:'),
  )
  if (durableLost.length > 0) faults.push(`durable streams were lost: ${durableLost}`)
  if (!kill && lost > 0) faults.push(`${lost} recoveries failed`)
  subscribers.forEach((each) => each.stop())
  await server.stop()
  return {
    faults,
    cuts,
    kills,
    lost,
    published: publishers.reduce((sum, each) => sum + each.sent, 0),
    unknown: publishers.reduce((sum, each) => sum + each.unknown.size, 0),
    received: subscribers.reduce((sum, each) => sum + each.ledger.received, 0),
    reconnects: subscribers.reduce((sum, each) => sum + each.reconnects, 0),
  }
}
