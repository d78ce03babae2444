// The engine: which comments are on the stage, and where. Knows no canvas and no clock: somebody
// says how wide a text is and how much time has passed. What does not fit waits, and what waits too
// long is shed and counted; the viewer's own comment is shown at once.
import {
  change,
  defaults,
  rowHeight,
  sizes,
  type Comment,
  type Mode,
  type Settings,
} from './comment'
import type { Flyer } from './flyer'
import { LAYER_OFFSET, Layers, type Place } from './layers'
import { sameWords, Waiting, type Waiter } from './waiting'

const CROSSING_MS = 8000
const STANDING_MS = 5000
const GUARD = 0.85

export interface StageHooks<Sprite> {
  /** The width of a comment in CSS pixels, at this font size. */
  measure: (comment: Comment, fontSize: number) => number
  /** Its sprite is needed no longer. */
  leave?: (flyer: Flyer<Sprite>) => void
}

export class Stage<Sprite = unknown> {
  /** On the stage, the oldest first. */
  readonly alive: Flyer<Sprite>[] = []
  /** Since the beginning: shown, shed for want of room, hidden by a setting. */
  readonly counts = { shown: 0, shed: 0, hidden: 0 }
  settings: Readonly<Settings>
  width = 0
  height = 0

  private now = 0
  private readonly waiting = new Waiting()
  private readonly layers = new Layers()

  constructor(
    private readonly hooks: StageHooks<Sprite>,
    settings: Partial<Settings> = {},
  ) {
    this.settings = change(defaults, settings)
  }

  get waitingCount(): number {
    return this.waiting.size
  }

  set(settings: Partial<Settings>): void {
    const { speed, fontSize } = this.settings
    const bottomLine = this.bottomLine()
    this.settings = change(this.settings, settings)
    for (const flyer of this.alive) flyer.speed *= this.settings.speed / speed
    this.moveBottom(this.bottomLine() - bottomLine)
    if (this.settings.fontSize !== fontSize) this.scale(this.settings.fontSize / fontSize)
    if (settings.blocked || settings.modes) this.remove((comment) => this.unwanted(comment))
    this.layout()
  }

  /** Those that stand stay in the middle; those that fly go on from where they are. */
  resize(width: number, height: number): void {
    const bottomLine = this.bottomLine()
    for (const flyer of this.alive) if (flyer.mode !== 'scroll') flyer.x += (width - this.width) / 2
    this.width = width
    this.height = height
    this.moveBottom(this.bottomLine() - bottomLine)
    this.layout()
  }

  /** With `still` no time passes: the viewer's own stands on the stage already, for all to be seen. */
  add(comment: Comment, still = false): void {
    if (this.unwanted(comment)) this.counts.hidden++
    else if (comment.own && this.place({ comment, since: this.now, count: 1 }, true, still)) return
    else if (!this.mergeInto(comment)) {
      this.counts.shed += this.waiting.push(comment, this.now, this.settings.queue)
    }
  }

  /** Moves everything by this many milliseconds; who waits is placed or shed. */
  advance(ms: number): void {
    const passed = ms * this.settings.rate
    this.now += passed
    this.move(passed)
    if (this.waiting.size === 0) return
    this.layers.refresh()
    this.waiting.take((waiter) => this.late(waiter) || this.place(waiter, false))
  }

  /** Takes comments off the stage, and out of those that wait. */
  remove(unwanted: (comment: Comment) => boolean): void {
    this.waiting.take(({ comment }) => unwanted(comment))
    for (const flyer of this.alive) flyer.gone ||= unwanted(flyer.comment)
    this.move(0)
  }

  clear(): void {
    this.remove(() => true)
  }

  /** The topmost comment at this point. */
  at(x: number, y: number): Flyer<Sprite> | undefined {
    return this.alive.findLast(
      (flyer) =>
        x >= flyer.x && x < flyer.x + flyer.width && y >= flyer.y && y < flyer.y + flyer.height,
    )
  }

  /** Holds a comment where it is. Nothing new enters its rows meanwhile. */
  freeze(flyer: Flyer<Sprite>): void {
    flyer.frozen = true
    if (flyer.mode !== 'scroll') return
    this.eachRow(flyer, (row) => this.layers.put(flyer, row, 1))
  }

  /** Lets it go on. Others may have passed it: whoever is rightmost in a row is its last. */
  thaw(flyer: Flyer<Sprite>): void {
    flyer.frozen = false
    if (flyer.mode !== 'scroll' || flyer.gone) return
    const { layer } = flyer
    const others = this.alive.filter((other) => other.mode === 'scroll' && other.layer === layer)
    this.eachRow(flyer, (row) => {
      const middle = this.topOf('scroll', layer, row + 0.5, 0)
      let last = flyer
      for (const other of others) {
        const inRow = other.y < middle && other.y + other.height > middle
        if (inRow && other.x + other.width > last.x + last.width) last = other
      }
      this.layers.put(last, row, 1)
    })
  }

  private eachRow(flyer: Flyer<Sprite>, visit: (row: number) => void): void {
    const height = rowHeight(this.settings.fontSize)
    const first = Math.round(flyer.y / height) - flyer.layer * LAYER_OFFSET
    for (let i = 0; i < Math.round(flyer.height / height); i++) visit(first + i)
  }

  private unwanted(comment: Comment): boolean {
    if (comment.own) return false
    return !this.settings.modes[comment.mode ?? 'scroll'] || this.settings.blocked(comment)
  }

  private mergeInto(comment: Comment): boolean {
    if (!this.settings.merge) return false
    const flying = this.alive.find((flyer) => flyer.x > 0 && sameWords(flyer.comment, comment))
    const same = flying ?? this.waiting.find(comment)
    if (!same) return false
    same.count++
    if (flying) this.counts.shown++
    return true
  }

  private late(waiter: Waiter): boolean {
    if (this.now - waiter.since < this.settings.patience) return false
    this.counts.shed += waiter.count
    return true
  }

  private place(waiter: Waiter, always: boolean, still = false): boolean {
    const { comment } = waiter
    if (this.width === 0 || (!always && this.alive.length >= this.settings.density)) return false
    const mode = comment.mode ?? 'scroll'
    const { span } = sizes[comment.size ?? 'medium']
    // Full for this size: not even worth measuring.
    const limit = always ? Infinity : this.layers.limit(mode, span)
    if (limit === 0) return false
    const width = this.hooks.measure(comment, this.settings.fontSize)
    if (width >= limit) return false

    const speed = mode === 'scroll' ? this.speedOf(width) : 0
    // What flies comes in at the right edge; where time stands it would never do so.
    const entry = still ? Math.max(this.width - width, 0) : this.width
    const x = mode === 'scroll' ? entry : (this.width - width) / 2
    let place = this.layers.find(mode, span, width, speed, x)
    if (always) place ??= this.layers.leastBusy(mode, span)
    if (place) this.launch(waiter, mode, place, span, x, width, speed)
    return place !== null
  }

  private launch(
    { comment, count }: Waiter,
    mode: Mode,
    { layer, row }: Place,
    span: number,
    x: number,
    width: number,
    speed: number,
  ): void {
    const height = span * rowHeight(this.settings.fontSize)
    const flyer: Flyer<Sprite> = {
      comment,
      mode,
      layer,
      x,
      y: this.topOf(mode, layer, row, height),
      width,
      height,
      speed,
      left: STANDING_MS,
      frozen: false,
      gone: false,
      count,
      sprite: null,
    }
    this.alive.push(flyer)
    this.layers.put(flyer, row, span)
    this.counts.shown += count
  }

  private speedOf(width: number): number {
    return ((this.width + width) / CROSSING_MS) * this.settings.speed
  }

  private topOf(mode: Mode, layer: number, row: number, height: number): number {
    const y = (row + layer * LAYER_OFFSET) * rowHeight(this.settings.fontSize)
    return mode === 'bottom' ? this.bottomLine() - y - height : y
  }

  private bottomLine(): number {
    return this.height * (this.settings.subtitleGuard ? GUARD : 1)
  }

  private moveBottom(by: number): void {
    for (const flyer of this.alive) if (flyer.mode === 'bottom') flyer.y += by
  }

  /** Another font size. Scaled about the left edge, nobody touches anybody that they did not before. */
  private scale(by: number): void {
    for (const flyer of this.alive) {
      this.hooks.leave?.(flyer)
      flyer.sprite = null
      flyer.width *= by
      flyer.height *= by
      flyer.x = flyer.mode === 'scroll' ? flyer.x * by : (this.width - flyer.width) / 2
      const line = flyer.mode === 'bottom' ? this.bottomLine() : 0
      flyer.y = line + (flyer.y - line) * by
    }
  }

  private layout(): void {
    const usable = Math.min(this.height * this.settings.area, this.bottomLine())
    const rows = Math.floor(usable / rowHeight(this.settings.fontSize))
    this.layers.resize(Math.max(this.settings.layers, 1), rows)
  }

  private move(passed: number): void {
    const { alive } = this
    let kept = 0
    for (let i = 0; i < alive.length; i++) {
      const flyer = alive[i]!
      if (!flyer.frozen && !flyer.gone) {
        if (flyer.mode === 'scroll') {
          flyer.x -= flyer.speed * passed
          flyer.gone = flyer.x + flyer.width < 0
        } else {
          flyer.left -= passed
          flyer.gone = flyer.left <= 0
        }
      }
      if (flyer.gone) this.hooks.leave?.(flyer)
      else alive[kept++] = flyer
    }
    alive.length = kept
  }
}
