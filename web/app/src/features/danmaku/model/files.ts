// Comments in files: bilibili's XML in, the schema's JSON in and out.
import type { TimedComment } from '@parley/danmaku'
import type { Mode, Size } from '@parley/danmaku'
import {
  cleanText,
  hear,
  isColor,
  plainLook,
  toWire,
  type HeardComment,
  type WireComment,
} from './wire'

export type Moment = HeardComment & TimedComment

const MAX_COMMENTS = 100_000

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
    return [fileComment(n, line, seconds! * 1000, mode, colorOf(color!), sizeOf(size!))]
  })
}

function readJson(text: string): Moment[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw new SyntaxError('not a list')
  return list.flatMap((data: unknown, n) => {
    const heard = hear({ id: `file-${n}`, channel: '', data, user: '', epoch: '', time: 0 })
    if (heard?.kind !== 'comment' || heard.comment.at === undefined) return []
    return [{ ...heard.comment, at: heard.comment.at }]
  })
}

function fileComment(
  n: number,
  text: string,
  at: number,
  mode: Mode,
  color: string,
  size: Size,
): Moment {
  return {
    id: `file-${n}-${Math.round(at)}-${text}`,
    text,
    user: '',
    time: 0,
    at,
    mode,
    color,
    size,
  }
}

function modeOf(kind: number): Mode | null {
  if (kind >= 1 && kind <= 3) return 'scroll'
  return kind === 4 ? 'bottom' : kind === 5 ? 'top' : null
}

function colorOf(value: number): string {
  const color = `#${value.toString(16).padStart(6, '0')}`
  return isColor(color) ? color : plainLook.color
}

function sizeOf(px: number): Size {
  return px < 25 ? 'small' : px > 25 ? 'large' : 'medium'
}

/** What the schema would publish, one a line. */
export function writeComments(comments: readonly TimedComment[]): string {
  const wires = comments.map(({ id, text, at, ...look }): WireComment =>
    toWire(id.split('\n').at(-1)!, text, { ...plainLook, ...look }, at),
  )
  return `[\n${wires.map((wire) => JSON.stringify(wire)).join(',\n')}\n]\n`
}
