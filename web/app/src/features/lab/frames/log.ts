// What went over the lab's line as rows of a log, and as a file: HAR 1.2, with the messages where
// Chrome's developer tools put them. A page sees messages, not frames: sizes follow from RFC 6455.
import type { Frame, Wire } from '@parley/vue'
import { utf8 } from '../lib/bytes'
import { BINARY, frameBytes, TEXT } from '../lib/frame'

export interface LogRow {
  key: number
  at: number
  direction: Frame['direction']
  opcode: number
  heartbeat: boolean
  payload: Uint8Array
  text: string
  /** On the wire, with header and mask. */
  bytes: number
}

export function toRow(frame: Frame, key: number): LogRow {
  const { at, direction, heartbeat, data } = frame
  const payload = bytesOf(data)
  const opcode = typeof data === 'string' ? TEXT : BINARY
  const text = typeof data === 'string' ? data : ''
  const bytes = frameBytes(payload.length, direction === 'out')
  return { key, at, direction, opcode, heartbeat, payload, text, bytes }
}

function bytesOf(data: Wire): Uint8Array {
  if (typeof data === 'string') return utf8(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  // The lab's line sends text and receives buffers; nothing else goes over it.
  return new Uint8Array()
}

export function toHar(rows: readonly LogRow[], url: string): object {
  const began = new Date(rows[0]?.at ?? Date.now()).toISOString()
  const nothing = { headers: [], cookies: [], headersSize: -1, bodySize: -1 }
  return {
    log: {
      version: '1.2',
      creator: { name: 'Parley lab', version: '1' },
      entries: [
        {
          startedDateTime: began,
          time: rows.length ? rows.at(-1)!.at - rows[0]!.at : 0,
          request: { method: 'GET', url, httpVersion: 'HTTP/1.1', queryString: [], ...nothing },
          response: {
            status: 101,
            statusText: 'Switching Protocols',
            httpVersion: 'HTTP/1.1',
            redirectURL: '',
            content: { size: 0, mimeType: '' },
            ...nothing,
          },
          cache: {},
          timings: { send: 0, wait: 0, receive: 0 },
          _resourceType: 'websocket',
          _webSocketMessages: rows.map(toHarMessage),
        },
      ],
    },
  }
}

const toHarMessage = ({ at, direction, opcode, text, bytes }: LogRow) => ({
  type: direction === 'out' ? 'send' : 'receive',
  time: at / 1000,
  opcode,
  data: text,
  _frameBytes: bytes,
})
