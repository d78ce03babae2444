// What the viewer has chosen, as it lies in storage, and what it means to the renderer. Storage may
// hold rubbish or an older page's settings: each wrong member gives its default.
import { blockList, type Mode, type Settings } from '@parley/danmaku'
import { isColor, isMode, isSize, plainLook, type Look } from './wire'

export const AREAS = [0.25, 0.5, 0.75, 1] as const
export const DENSITIES = ['low', 'normal', 'high', 'overlap'] as const
export type Density = (typeof DENSITIES)[number]

export interface Choices {
  on: boolean
  area: number
  guard: boolean
  /** In per cent. */
  opacity: number
  speed: number
  fontScale: number
  density: Density
  modes: Record<Mode, boolean>
  merge: boolean
  words: string[]
  users: string[]
}

export const ranges = {
  opacity: { min: 20, max: 100, step: 10 },
  speed: { min: 50, max: 200, step: 25 },
  fontScale: { min: 60, max: 160, step: 10 },
} as const
export type Ranged = keyof typeof ranges

export const defaultChoices = (): Choices => ({
  on: true,
  area: 0.75,
  guard: true,
  opacity: 100,
  speed: 100,
  fontScale: 100,
  density: 'normal',
  modes: { scroll: true, top: true, bottom: true },
  merge: false,
  words: [],
  users: [],
})

export const MAX_BLOCKED = 200

const lanes: Record<Density, Pick<Settings, 'density' | 'layers'>> = {
  low: { density: 20, layers: 1 },
  normal: { density: Infinity, layers: 1 },
  high: { density: Infinity, layers: 2 },
  overlap: { density: Infinity, layers: 3 },
}

export function toSettings(choices: Choices): Partial<Settings> {
  return {
    ...lanes[choices.density],
    area: choices.area,
    subtitleGuard: choices.guard,
    opacity: choices.opacity / 100,
    speed: choices.speed / 100,
    modes: { ...choices.modes },
    merge: choices.merge,
    blocked: blockList(choices),
  }
}

/** Pixels of a medium comment on a picture of this height. */
export function fontSizeFor(height: number, fontScale: number): number {
  const fitting = Math.min(Math.max(height / 22, 15), 32)
  return Math.round((fitting * fontScale) / 100)
}

export function readChoices(stored: unknown): Choices {
  const given = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Choices>
  const fallback = defaultChoices()
  const flag = (key: 'on' | 'guard' | 'merge') =>
    typeof given[key] === 'boolean' ? given[key] : fallback[key]
  const ranged = (key: Ranged) => {
    const { min, max } = ranges[key]
    const value = given[key]
    return typeof value === 'number' && value >= min && value <= max ? value : fallback[key]
  }
  const mode = (key: Mode) => given.modes?.[key] !== false
  return {
    on: flag('on'),
    guard: flag('guard'),
    merge: flag('merge'),
    area: AREAS.find((area) => area === given.area) ?? fallback.area,
    density: DENSITIES.find((density) => density === given.density) ?? fallback.density,
    opacity: ranged('opacity'),
    speed: ranged('speed'),
    fontScale: ranged('fontScale'),
    modes: { scroll: mode('scroll'), top: mode('top'), bottom: mode('bottom') },
    words: readWords(given.words),
    users: readWords(given.users),
  }
}

export function readLook(stored: unknown): Look {
  const given = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Look>
  return {
    mode: isMode(given.mode) ? given.mode : plainLook.mode,
    color: isColor(given.color) ? given.color : plainLook.color,
    size: isSize(given.size) ? given.size : plainLook.size,
  }
}

function readWords(words: unknown): string[] {
  if (!Array.isArray(words)) return []
  return words.filter((word): word is string => typeof word === 'string').slice(0, MAX_BLOCKED)
}
