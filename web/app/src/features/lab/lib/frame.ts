// A WebSocket frame as it lies on the wire (RFC 6455, 5.2), every bit with the name of its field.
export const TEXT = 0x1
export const BINARY = 0x2
export const CLOSE = 0x8
export const PING = 0x9

export const fieldNames = [
  'fin',
  'rsv',
  'opcode',
  'mask',
  'length',
  'extended',
  'key',
  'payload',
] as const
export type FieldName = (typeof fieldNames)[number]

/** One byte and the fields that have a part of it. */
export interface Cell {
  byte: number
  fields: FieldName[]
}

export interface Bit {
  on: boolean
  field: FieldName
}

export interface FrameView {
  cells: Cell[]
  /** The first two bytes, bit by bit. */
  bits: Bit[]
  masked: boolean
  opcode: number
  /** What stands in the seven bits: the length, or 126 or 127 for "see the extended length". */
  shortLength: number
  payloadBytes: number
}

const firstTwo: FieldName[] = [
  'fin',
  ...Array<FieldName>(3).fill('rsv'),
  ...Array<FieldName>(4).fill('opcode'),
  'mask',
  ...Array<FieldName>(7).fill('length'),
]

/** Whole messages only: FIN is set. With a mask key it is a client's frame. */
export function encodeFrame(opcode: number, payload: Uint8Array, key?: Uint8Array): FrameView {
  const extended = extendedLength(payload.length)
  const shortLength = extended.length === 0 ? payload.length : extended.length === 2 ? 126 : 127
  const head = [0x80 | opcode, (key ? 0x80 : 0) | shortLength]
  const cells: Cell[] = [
    { byte: head[0]!, fields: ['fin', 'rsv', 'opcode'] },
    { byte: head[1]!, fields: ['mask', 'length'] },
    ...named(extended, 'extended'),
    ...named(key ?? [], 'key'),
    ...named(key ? applyMask(payload, key) : payload, 'payload'),
  ]
  const bits = firstTwo.map((field, index) => ({
    on: ((head[index >> 3]! >> (7 - (index & 7))) & 1) === 1,
    field,
  }))
  return { cells, bits, masked: !!key, opcode, shortLength, payloadBytes: payload.length }
}

/** The same operation masks and unmasks. */
export function applyMask(payload: Uint8Array, key: Uint8Array): Uint8Array {
  return payload.map((byte, index) => byte ^ key[index & 3]!)
}

/** Two bytes of code, then the reason. */
export function closePayload(code: number, reason: Uint8Array): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff, ...reason)
}

/** How many bytes a frame of so much payload takes on the wire. */
export function frameBytes(payload: number, masked: boolean): number {
  return 2 + (payload > 0xffff ? 8 : payload > 125 ? 2 : 0) + (masked ? 4 : 0) + payload
}

function extendedLength(length: number): number[] {
  if (length <= 125) return []
  if (length <= 0xffff) return [length >> 8, length & 0xff]
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(length))
  return [...new Uint8Array(view.buffer)]
}

const named = (bytes: Iterable<number>, field: FieldName): Cell[] =>
  Array.from(bytes, (byte) => ({ byte, fields: [field] }))
