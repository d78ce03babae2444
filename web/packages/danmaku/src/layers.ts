// The lanes of a stage, for each kind of comment; and over them as many further sets as are allowed
// to lie over one another. Remembers what did not fit: of a flood most is refused by one look.
import type { Mode } from './comment'
import type { Flyer } from './flyer'
import { FixedLanes, FULL, ScrollLanes } from './lanes'

/** Rows by which the next layer lies lower: half a line. */
export const LAYER_OFFSET = 2

interface Layer {
  scroll: ScrollLanes
  top: FixedLanes
  bottom: FixedLanes
}

export interface Place {
  layer: number
  row: number
}

export class Layers {
  /** Never fewer than were ever allowed: their comments may still be flying. */
  private readonly layers: Layer[] = []
  private count = 0
  /** By mode and span: what is at least as wide as this does not fit just now. */
  private readonly tooWide: Record<Mode, number[]> = { scroll: [], top: [], bottom: [] }

  resize(layers: number, rows: number): void {
    this.count = layers
    while (this.layers.length < layers) {
      this.layers.push({
        scroll: new ScrollLanes(),
        top: new FixedLanes(),
        bottom: new FixedLanes(),
      })
    }
    for (const { scroll, top, bottom } of this.layers) {
      for (const lanes of [scroll, top, bottom]) lanes.resize(rows)
    }
  }

  /** Time has passed: what did not fit may fit now. */
  refresh(): void {
    this.tooWide.scroll.fill(Infinity)
    this.tooWide.top.fill(Infinity)
    this.tooWide.bottom.fill(Infinity)
  }

  /** What is as wide as this, or wider, finds no place. */
  limit(mode: Mode, span: number): number {
    return this.tooWide[mode][span] ?? Infinity
  }

  /** `entry`: where its left edge comes in. */
  find(mode: Mode, span: number, width: number, speed: number, entry: number): Place | null {
    let full = true
    for (let layer = 0; layer < this.count; layer++) {
      const row = this.findIn(this.layers[layer]!, mode, span, speed, entry)
      if (row >= 0) return { layer, row }
      full &&= row === FULL
    }
    this.tooWide[mode][span] = full ? 0 : width
    return null
  }

  private findIn(
    { scroll, top, bottom }: Layer,
    mode: Mode,
    span: number,
    speed: number,
    x: number,
  ): number {
    if (mode === 'scroll') return scroll.find(span, speed, x, top)
    return mode === 'top' ? top.find(span, x, scroll) : bottom.find(span, x)
  }

  /** Where one that must be shown hides the least of others. */
  leastBusy(mode: Mode, span: number): Place {
    return { layer: 0, row: this.layers[0]![mode].leastBusy(span) }
  }

  put(flyer: Flyer, row: number, span: number): void {
    this.layers[flyer.layer]?.[flyer.mode].put(flyer, row, span)
  }
}
