// A client without manners: bytes over a bare socket, for what no proper WebSocket client would do.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

/** Bytes of one client frame. `mask: false` and `rsv` make the wrong ones. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, mask = true } = {}) {
  const body = Buffer.from(payload)
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode]
  const bit = mask ? 0x80 : 0
  if (body.length < 126) {
    head.push(bit | body.length)
  } else if (body.length < 65_536) {
    head.push(bit | 126, body.length >> 8, body.length & 255)
  } else {
    const length = Buffer.alloc(8)
    length.writeBigUInt64BE(BigInt(body.length))
    head.push(bit | 127, ...length)
  }
  if (!mask) return Buffer.concat([Buffer.from(head), body])
  const key = randomBytes(4)
  for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3]
  return Buffer.concat([Buffer.from(head), key, body])
}

export class RawClient {
  /** Everything that the server sent. */
  received = Buffer.alloc(0)
  #ended = false
  #wake = () => {}

  static async open(port) {
    const client = new RawClient()
    client.socket = connect({ host: '127.0.0.1', port })
    client.socket.on('data', (bytes) => {
      client.received = Buffer.concat([client.received, bytes])
      client.#wake()
    })
    // A reset is one way to be shown the door; what matters is that the connection has ended.
    client.socket.on('error', () => {})
    client.socket.on('close', () => {
      client.#ended = true
      client.#wake()
    })
    await new Promise((resolve) => client.socket.once('connect', resolve))
    return client
  }

  /** A WebSocket, its handshake done and gone from `received`. */
  static async upgrade(port, path, headers = {}) {
    const client = await RawClient.open(port)
    const lines = {
      Host: `127.0.0.1:${port}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    }
    const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
    client.send(`GET ${path} HTTP/1.1\r\n${text.join('')}\r\n`)
    await client.until(() => client.received.includes('\r\n\r\n'), 'the handshake')
    const end = client.received.indexOf('\r\n\r\n') + 4
    client.response = client.received.toString('latin1', 0, end)
    client.received = client.received.subarray(end)
    if (!client.response.startsWith('HTTP/1.1 101 ')) throw new Error(client.response)
    return client
  }

  get ended() {
    return this.#ended
  }

  send(bytes) {
    if (!this.#ended) this.socket.write(bytes)
  }

  /** Sends one byte every `ms` until the connection ends. */
  async trickle(bytes, ms) {
    for (const byte of Buffer.from(bytes)) {
      if (this.#ended) return
      this.send(Buffer.from([byte]))
      await new Promise((resolve) => setTimeout(resolve, ms))
    }
  }

  /** Waits for a condition on what was received; throws when the connection ends without it. */
  async until(condition, what, ms = 15_000) {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wake()
    }, ms)
    try {
      while (!condition()) {
        if (late || this.#ended) throw new Error(`${late ? 'too late' : 'ended'}: no ${what}`)
        await new Promise((resolve) => (this.#wake = resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves when the server has ended the connection. */
  async end(ms = 15_000) {
    await this.until(() => this.#ended, 'end of the connection', ms)
    this.socket.destroy()
  }

  /** Whole frames received so far. */
  frames() {
    const found = []
    const bytes = this.received
    for (let at = 0; at + 2 <= bytes.length;) {
      const short = bytes[at + 1]
      const start = at + (short === 127 ? 10 : short === 126 ? 4 : 2)
      if (start > bytes.length) break
      const length =
        short < 126
          ? short
          : bytes.readUIntBE(start - (short === 126 ? 2 : 6), short === 126 ? 2 : 6)
      if (start + length > bytes.length) break
      found.push({ opcode: bytes[at] & 15, payload: bytes.subarray(start, start + length) })
      at = start + length
    }
    return found
  }

  /** Code of the close frame that the server sent, if it sent one. */
  closeCode() {
    const close = this.frames().find(({ opcode }) => opcode === 8)
    return close && close.payload.length >= 2 ? close.payload.readUInt16BE() : undefined
  }

  destroy() {
    this.socket.destroy()
  }
}
