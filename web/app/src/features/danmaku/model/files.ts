// Comments in files: bilibili's XML and the schema's JSON, each in and out.
import type { Mode, Size, TimedComment } from '@parley/danmaku'
import {
  cleanText,
  commentKey,
  hear,
  isColor,
  plainLook,
  toWire,
  type HeardComment,
  type WireComment,
} from './wire'

export type Moment = HeardComment & TimedComment

const MAX_COMMENTS = 100_000
/** The id of one whose file gives it none. */
const NAMELESS = commentKey('', '')

/** Characters that XML cannot hold, not even escaped. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** bilibili's numbers. */
const kinds: Record<Mode, number> = { scroll: 1, bottom: 4, top: 5 }
const pixels: Record<Size, number> = { small: 18, medium: 25, large: 36 }

/** XML or JSON, whichever it is; throws when it is neither. */
export function readComments(text: string): Moment[] {
  const comments = text.trimStart().startsWith('<') ? readXml(text) : readJson(text)
  return comments.slice(0, MAX_COMMENTS)
}

/** <d p="SECONDS,MODE,SIZE,COLOUR,…">text</d>; other modes than 1 to 5 do not fly. */
function readXml(text: string): Moment[] {
  const xml = new DOMParser().parseFromString(text, 'text/xml')
  if (xml.querySelector('parsererror')) throw new SyntaxError('not well-formed')
  return [...xml.getElementsByTagName('d')].flatMap((element, n) => {
    const [seconds, kind, size, color] = (element.getAttribute('p') ?? '').split(',').map(Number)
    const line = cleanText(element.textContent ?? '')
    const mode = modeOf(kind!)
    if (!line || !mode || !Number.isFinite(seconds) || seconds! < 0) return []
    // Whole milliseconds: 1.001 × 1000 is a little less.
    const at = Math.round(seconds! * 1000)
    const look = { mode, color: colorOf(color!), size: sizeOf(size!) }
    return [{ id: fileId(n, at, line), text: line, user: '', time: 0, at, ...look }]
  })
}

function readJson(text: string): Moment[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw new SyntaxError('not a list')
  return list.flatMap((data: unknown, n) => {
    const heard = hear({ id: '', channel: '', data, user: '', epoch: '', time: 0 })
    if (heard?.kind !== 'comment' || heard.comment.at === undefined) return []
    const { id, text, at } = heard.comment
    return [{ ...heard.comment, at, id: id === NAMELESS ? fileId(n, at, text) : id }]
  })
}

/** The same file gives the same comments, another file others. */
const fileId = (n: number, at: number, text: string) => `file-${n}-${at}-${text}`

function modeOf(kind: number): Mode | null {
  if (kind >= 1 && kind <= 3) return 'scroll'
  return kind === kinds.bottom ? 'bottom' : kind === kinds.top ? 'top' : null
}

function colorOf(value: number): string {
  const color = `#${value.toString(16).padStart(6, '0')}`
  return isColor(color) ? color : plainLook.color
}

function sizeOf(px: number): Size {
  return px < pixels.medium ? 'small' : px > pixels.medium ? 'large' : 'medium'
}

/** What the schema would publish, one a line. */
export function writeJson(comments: readonly TimedComment[]): string {
  const wires = comments.map(({ id, text, at, ...look }): WireComment =>
    toWire(id.split('\n').at(-1)!, text, { ...plainLook, ...look }, at),
  )
  return `[\n${wires.map((wire) => JSON.stringify(wire)).join(',\n')}\n]\n`
}

export function writeXml(comments: readonly TimedComment[]): string {
  const lines = comments.map(({ text, at, ...look }) => {
    const { mode, color, size } = { ...plainLook, ...look }
    const numbers = [at / 1000, kinds[mode], pixels[size], Number.parseInt(color.slice(1), 16)]
    return `<d p="${numbers.join()},0,0,0,0">${escapeXml(text)}</d>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<i>\n${lines.join('\n')}\n</i>\n`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(NOT_XML, '')
}
