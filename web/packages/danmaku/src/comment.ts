// The words of the package: what a comment is, and what may be set about how comments fly.

/** `scroll` crosses from right to left; `top` and `bottom` stand still for some seconds. */
export type Mode = 'scroll' | 'top' | 'bottom'
export type Size = 'small' | 'medium' | 'large'

export interface Comment {
  id: string
  text: string
  mode?: Mode
  /** Any CSS colour; white by default. */
  color?: string
  size?: Size
  user?: string
  /** The viewer's own comment is outlined, shown at once and never shed. */
  own?: boolean
  /** 0 by default; a higher one waits less and is shed last. 0 to 2. */
  priority?: number
  /** Milliseconds of media time, for a `Track`. */
  at?: number
}

/** Where something is, in CSS pixels from the stage's top left corner. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Settings {
  /** Which part of the height may be used, from the top: 0.25, 0.5, 0.75 or 1. */
  area: number
  /** Keeps the bottom 15 % free, where subtitles stand. */
  subtitleGuard: boolean
  /** 1 crosses the stage in 8 s, 2 in 4 s. */
  speed: number
  /** The film's playback rate: comments keep its pace. */
  rate: number
  /** Pixels of a comment of medium size. */
  fontSize: number
  /** Of everything that is drawn, 0 to 1. */
  opacity: number
  /** How many comments are on the stage at most. */
  density: number
  /** With 1, comments never touch. With more, that many may lie over one another where it is full. */
  layers: number
  /** Milliseconds that a comment waits for a free lane before it is shed. */
  patience: number
  /** How many comments may wait. */
  queue: number
  /** Which kinds are shown. */
  modes: Record<Mode, boolean>
  /** True hides a comment, for blocked words and users; called once for each comment. */
  blocked: (comment: Comment) => boolean
  /** Shows the same text once, with a count: "666 ×48". */
  merge: boolean
}

export const defaults: Settings = {
  area: 1,
  subtitleGuard: true,
  speed: 1,
  rate: 1,
  fontSize: 24,
  opacity: 1,
  density: Infinity,
  layers: 1,
  patience: 1000,
  queue: 200,
  modes: { scroll: true, top: true, bottom: true },
  blocked: () => false,
  merge: false,
}

/** Less of these, and nothing would ever leave or be seen. */
const least = { speed: 0.1, rate: 0, fontSize: 1 } as const

/** Settings with a change. What is undefined changes nothing, as an optional property of a component. */
export function change(settings: Settings, wanted: Partial<Settings>): Settings {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
  const changed: Settings = { ...settings, ...Object.fromEntries(given) }
  for (const key of ['speed', 'rate', 'fontSize'] as const) {
    changed[key] = Math.max(changed[key] || 0, least[key])
  }
  return changed
}

/** The size of a text in relation to `fontSize`, and the rows that it takes (see lanes.ts). */
export const sizes: Record<Size, { scale: number; span: number }> = {
  small: { scale: 0.75, span: 3 },
  medium: { scale: 1, span: 4 },
  large: { scale: 1.5, span: 6 },
}

/** Height of a line in relation to its font, and of one row: a quarter of a medium line. */
export const LINE_HEIGHT = 1.36
export const rowHeight = (fontSize: number): number => (fontSize * LINE_HEIGHT) / sizes.medium.span
