// The JavaScript SDK of the Centrifuge protocol, unmodified, and words to wait for what it tells.
import { Centrifuge } from 'centrifuge'
import WebSocket from 'ws'

const WAIT_MS = 15_000

/** Resolves with the next event of that name. */
export function next(emitter, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no '${event}' within ${WAIT_MS} ms`)), WAIT_MS)
    emitter.once(event, (context) => {
      clearTimeout(late)
      resolve(context)
    })
  })
}

/** Resolves with the next `count` events of that name. */
export function collect(emitter, event, count) {
  return new Promise((resolve, reject) => {
    const all = []
    const late = setTimeout(
      () => reject(new Error(`${all.length} of ${count} '${event}' within ${WAIT_MS} ms`)),
      WAIT_MS,
    )
    const take = (context) => {
      if (all.push(context) < count) return
      clearTimeout(late)
      emitter.off(event, take)
      resolve(all)
    }
    emitter.on(event, take)
  })
}

/** Clients of one server, which `end()` disconnects together. */
export class Clients {
  #all = []

  constructor(server) {
    this.server = server
  }

  /** Not connected yet. */
  make(options = {}, query = '') {
    const url = `${this.server.wsUrl}/connection/websocket${query}`
    const client = new Centrifuge(url, {
      websocket: WebSocket,
      minReconnectDelay: 10,
      maxReconnectDelay: 200,
      ...options,
    })
    client.on('error', () => {}) // the tests look at what becomes of it
    this.#all.push(client)
    return client
  }

  async connect(options, query) {
    const client = this.make(options, query)
    client.connect()
    await client.ready(WAIT_MS)
    return client
  }

  end() {
    for (const client of this.#all) client.disconnect()
    this.#all = []
  }
}

/** Subscribes and waits until that is done. */
export async function join(client, channel, options = {}) {
  const subscription = client.newSubscription(channel, { minResubscribeDelay: 10, ...options })
  subscription.on('error', () => {})
  subscription.subscribe()
  await subscription.ready(WAIT_MS)
  return subscription
}

/** Calls a method of the HTTP API and returns its result. */
export async function api(server, method, body) {
  const reply = await fetch(`${server.url}/api/${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': 'test-api-key' },
    body: JSON.stringify(body),
  })
  const { result, error } = await reply.json()
  if (error) throw new Error(`${method}: ${error.code} ${error.message}`)
  return result
}
