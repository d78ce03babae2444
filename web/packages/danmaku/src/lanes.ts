// Lanes: where a comment fits without ever touching another one. The stage is cut into rows of a
// quarter of a medium line, and a comment takes 3, 4 or 6 of them by its size; each row remembers
// its last comment. Two comments meet in no row: see `enters` and `catchesUp`.
import type { Flyer } from './flyer'

/** The free pixels between two comments that fly in one row. */
export const GAP = 24

/** Nothing fits, whatever its width; or nothing as fast as this one. */
export const FULL = -1
export const TOO_FAST = -2

type Row = Flyer | null

abstract class Lanes {
  protected rows: Row[] = []

  /** Never fewer rows than a large comment takes, so that every size has a place. */
  resize(rows: number): void {
    const count = Math.max(rows, 6)
    while (this.rows.length < count) this.rows.push(null)
    this.rows.length = count
  }

  /** From now on this is the last comment of these rows. */
  put(flyer: Flyer, row: number, span: number): void {
    this.rows.fill(flyer, row, row + span)
  }

  /** The span of rows whose worst occupant is the least bad: for what must be shown at once. */
  leastBusy(span: number): number {
    let best = 0
    let least = Infinity
    for (let row = 0; row + span <= this.rows.length; row++) {
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

  protected abstract busy(last: Row): number
}

/** Rows of comments that cross from right to left. */
export class ScrollLanes extends Lanes {
  /** The first row where one of this speed fits, or FULL, or TOO_FAST when a slower one may fit. */
  find(span: number, speed: number, stageWidth: number): number {
    let entering = 0
    let fitting = 0
    let result = FULL
    for (let row = 0; row < this.rows.length; row++) {
      const last = this.rows[row] ?? null
      entering = enters(last, stageWidth) ? entering + 1 : 0
      fitting = entering > 0 && !catchesUp(last, speed, stageWidth) ? fitting + 1 : 0
      if (fitting === span) return row - span + 1
      if (entering === span) result = TOO_FAST
    }
    return result
  }

  protected busy(last: Row): number {
    return last && !last.gone ? last.x + last.width : 0
  }
}

/** The last one is wholly on the stage, with a gap behind it. A frozen one blocks its row. */
function enters(last: Row, stageWidth: number): boolean {
  if (!last || last.gone) return true
  return !last.frozen && last.x + last.width + GAP <= stageWidth
}

/** Would a faster one reach the left edge before the last one has left the stage? */
function catchesUp(last: Row, speed: number, stageWidth: number): boolean {
  if (!last || last.gone || speed <= last.speed) return false
  return stageWidth / speed < (last.x + last.width) / last.speed
}

/** Rows of comments that stand still. */
export class FixedLanes extends Lanes {
  find(span: number): number {
    let free = 0
    for (let row = 0; row < this.rows.length; row++) {
      const last = this.rows[row]
      free = !last || last.gone ? free + 1 : 0
      if (free === span) return row - span + 1
    }
    return FULL
  }

  protected busy(last: Row): number {
    return last && !last.gone ? last.left : 0
  }
}
