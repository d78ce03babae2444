// Lanes: where a comment fits without ever touching another one. The stage is cut into rows of a
// quarter of a medium line, and a comment takes 3, 4 or 6 of them by its size; each row remembers
// its last comment. Two comments meet in no row: see `enters` and `catchesUp`.
import type { Flyer } from './flyer'

/** The free pixels that always stay between two comments that fly in one row. */
export const GAP = 24

/** Nothing fits, whatever its width; or nothing as fast as this one. */
export const FULL = -1
export const TOO_FAST = -2

type Row = Flyer | null

abstract class Lanes {
  /** Never fewer than there ever were: comments beyond the last one may still be flying. */
  protected readonly rows: Row[] = []
  protected count = 0

  /** Never fewer rows than a large comment takes, so that every size has a place. */
  resize(rows: number): void {
    this.count = Math.max(rows, 6)
    while (this.rows.length < this.count) this.rows.push(null)
  }

  /** It is in these rows now. A row remembers who is in the way longest: one that is held, always. */
  put(flyer: Flyer, row: number, span: number): void {
    const end = Math.min(row + span, this.rows.length)
    for (let i = row; i < end; i++) {
      const last = this.rows[i] ?? null
      const outlasts = !last?.frozen && this.busy(flyer) >= this.busy(last)
      if (flyer.frozen || outlasts) this.rows[i] = flyer
    }
  }

  /** The span of rows whose worst occupant is the least bad: for what must be shown at once. */
  leastBusy(span: number): number {
    let best = 0
    let least = Infinity
    for (let row = 0; row + span <= this.count; row++) {
      let worst = 0
      for (let i = row; i < row + span; i++)
        worst = Math.max(worst, this.busy(this.rows[i] ?? null))
      if (worst < least) {
        least = worst
        best = row
      }
    }
    return best
  }

  /** How long it will be in the way of the next one, in a measure of its own. */
  protected abstract busy(last: Row): number
}

/** Rows of comments that cross from right to left. */
export class ScrollLanes extends Lanes {
  /**
   * The first row where one of this speed fits, or FULL, or TOO_FAST when a slower one may fit. It flies
   * beside what stands at the top while there is room.
   */
  find(span: number, speed: number, entry: number, top: FixedLanes): number {
    let entering = 0
    let fitting = 0
    let alone = 0
    let result = FULL
    for (let row = 0; row < this.count; row++) {
      const last = this.rows[row] ?? null
      entering = enters(last, entry) ? entering + 1 : 0
      fitting = entering > 0 && !catchesUp(last, speed, entry) ? fitting + 1 : 0
      alone = fitting > 0 && top.isFree(row) ? alone + 1 : 0
      if (alone === span) return row - span + 1
      if (fitting === span && result < 0) result = row - span + 1
      if (entering === span && result === FULL) result = TOO_FAST
    }
    return result
  }

  /** Has everything in this row passed the place `x`? */
  hasPassed(row: number, x: number): boolean {
    const last = this.rows[row]
    return !last || last.gone || last.x + last.width <= x
  }

  protected busy(last: Row): number {
    return last && !last.gone ? last.x + last.width : 0
  }
}

/** The last one is wholly on this side of the entry, with a gap behind it, and does not stand still. */
function enters(last: Row, entry: number): boolean {
  if (!last || last.gone) return true
  return !last.frozen && last.x + last.width + GAP <= entry
}

/** Would a faster one come nearer than the gap before the last one has left the stage? */
function catchesUp(last: Row, speed: number, entry: number): boolean {
  if (!last || last.gone || speed <= last.speed) return false
  return (entry - GAP) / speed < (last.x + last.width) / last.speed
}

/** Rows of comments that stand still. */
export class FixedLanes extends Lanes {
  /** The first free row; in the upper half rather one where nothing will fly through it. */
  find(span: number, x: number, scroll?: ScrollLanes): number {
    let free = 0
    let alone = 0
    let result = FULL
    for (let row = 0; row < this.count; row++) {
      free = this.isFree(row) ? free + 1 : 0
      alone = free > 0 && row < this.count / 2 && scroll?.hasPassed(row, x) ? alone + 1 : 0
      if (alone === span) return row - span + 1
      if (free === span && result === FULL) result = row - span + 1
    }
    return result
  }

  isFree(row: number): boolean {
    return this.rows[row]?.gone ?? true
  }

  protected busy(last: Row): number {
    return last && !last.gone ? last.left : 0
  }
}
