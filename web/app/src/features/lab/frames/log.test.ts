import { expect, it } from 'vitest'
import { toHar, toRow } from './log'

const sent = toRow({ at: 1000.5, direction: 'out', data: 'ping', heartbeat: true }, 0)
const heard = toRow({ at: 1002, direction: 'in', data: '早', heartbeat: false }, 1)

it('knows what a message takes on the wire', () => {
  expect([sent.bytes, heard.bytes]).toEqual([10, 5])
  const binary = { at: 1, direction: 'in', data: new ArrayBuffer(3), heartbeat: false } as const
  expect(toRow(binary, 2)).toMatchObject({ opcode: 2, bytes: 5 })
})

it('exports the messages where developer tools look for them', () => {
  const har = toHar([sent, heard], 'ws://host/room/x') as {
    log: { version: string; entries: Record<string, unknown>[] }
  }
  expect(har.log.version).toBe('1.2')
  expect(har.log.entries[0]).toMatchObject({
    startedDateTime: new Date(1000.5).toISOString(),
    time: 1.5,
    request: { method: 'GET', url: 'ws://host/room/x' },
    response: { status: 101 },
    _webSocketMessages: [
      { type: 'send', time: 1.0005, opcode: 1, data: 'ping', _frameBytes: 10 },
      { type: 'receive', time: 1.002, opcode: 1, data: '早', _frameBytes: 5 },
    ],
  })
})
