// A WebSocket whose other end is the test: it opens, speaks and hangs up when told to. Handlers and
// listeners hear an event in the order in which they were set, as in a browser.
type Handler = ((event: never) => void) | null

export class FakeSocket {
  static all: FakeSocket[] = []
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }

  readyState = 0
  binaryType = 'blob'
  /** What the page has sent. */
  readonly sent: unknown[] = []
  closedWith: { code?: number; reason?: string } | null = null
  private readonly heard: [string, (event: never) => void][] = []
  private readonly handlers: Record<string, Handler> = {}

  constructor(
    readonly url: string,
    readonly protocols?: string | string[],
  ) {
    FakeSocket.all.push(this)
    for (const type of ['open', 'message', 'close', 'error']) {
      Object.defineProperty(this, `on${type}`, {
        get: () => this.handlers[type] ?? null,
        set: (handler: Handler) => {
          if (!(type in this.handlers)) this.heard.push([type, (e) => this.handlers[type]?.(e)])
          this.handlers[type] = handler
        },
      })
    }
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.heard.push([type, listener])
  }

  send(data: unknown): void {
    this.sent.push(data)
  }

  /** Refuses what a browser refuses. */
  close(code?: number, reason: string = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`the code ${code} is not allowed`, 'InvalidAccessError')
    }
    if (new TextEncoder().encode(reason).length > 123) {
      throw new DOMException('the reason is too long', 'SyntaxError')
    }
    this.readyState = 3
    this.closedWith ??= { code, reason }
  }

  open(): void {
    this.readyState = 1
    this.fire('open', {})
  }

  say(data: unknown): void {
    this.fire('message', { data: typeof data === 'string' ? data : JSON.stringify(data) })
  }

  hangUp(code = 1006, reason = ''): void {
    this.readyState = 3
    this.fire('close', { code, reason, wasClean: code !== 1006 })
  }

  private fire(type: string, event: object): void {
    for (const [kind, listener] of [...this.heard]) if (kind === type) listener(event as never)
  }
}

export const FakeWebSocket = FakeSocket as unknown as typeof WebSocket
