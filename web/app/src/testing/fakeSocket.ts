// A WebSocket that a test holds in its hand: it sees what the page sends and plays the server.
export class FakeSocket {
  static all: FakeSocket[] = []
  /** Answers heartbeats by itself, for tests that are about something else. */
  static alive = false

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }

  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  closed = false
  sent: string[] = []

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  send(text: string) {
    this.sent.push(text)
    if (FakeSocket.alive && text === 'ping') setTimeout(() => this.say('pong'), 1)
  }

  close() {
    this.closed = true
  }

  // The server's side.

  say(frame: object | string) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) })
  }

  welcome(user = 'me', users = [user]) {
    const count = users.length
    this.say({ type: 'welcome', room: 'r', user, id: 'c1', time: Date.now(), users, count })
  }

  hangUp(code = 1006, reason = '') {
    this.onclose?.({ code, reason })
  }

  /** What the page said besides heartbeats. */
  get frames(): Record<string, unknown>[] {
    return this.sent.filter((text) => text !== 'ping').map((text) => JSON.parse(text))
  }

  get pings(): number {
    return this.sent.filter((text) => text === 'ping').length
  }
}

export const FakeWebSocket = FakeSocket as unknown as typeof WebSocket
