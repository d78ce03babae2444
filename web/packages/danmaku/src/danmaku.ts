// The renderer: one canvas over a picture, one bitmap a comment, one loop that rests when nothing
// moves. A frame only clears the canvas and copies bitmaps to whole pixels; everything else (lanes,
// waiting, counting) is the Stage's.
import type { Bitmap } from './bitmaps'
import type { Comment, Settings } from './comment'
import type { Flyer } from './flyer'
import { Ink } from './ink'
import { Meter } from './meter'
import { Pointer, type Frozen } from './pointer'
import { Stage } from './stage'

export interface Options extends Partial<Settings> {
  fontFamily?: string
  /** Hovering over a comment, or tapping it, holds it and tells you. */
  onFreeze?: (frozen: Frozen | null) => void
}

export interface Stats {
  /** Since the beginning. */
  shown: number
  /** For want of room. */
  shed: number
  /** By a setting: blocked words and users, kinds that are off, `hide()`. */
  hidden: number
  /** On the stage now, and waiting for a lane. */
  alive: number
  waiting: number
  /** Frames a second, 0 while nothing moves; milliseconds of script a frame. */
  fps: number
  frameMs: number
}

interface Sprite {
  words: Bitmap
  /** "×48" behind the words. */
  badge: Bitmap | null
  count: number
}

const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
const BADGE = { id: '', color: '#ffd84a', size: 'small' } as const
/** The room for a badge, in relation to the font size. */
const BADGE_ROOM = 2

export class Danmaku {
  readonly canvas: HTMLCanvasElement
  private readonly stage: Stage<Sprite>
  private readonly ink: Ink
  private readonly pen: CanvasRenderingContext2D
  private readonly meter = new Meter()
  private readonly pointer: Pointer | null
  private readonly sizeWatch: ResizeObserver
  private request = 0
  private last = NaN
  private paused = false
  private visible = true

  /** `host` is positioned, and lies over the picture; the canvas fills it. */
  constructor(
    private readonly host: HTMLElement,
    { fontFamily = FONT, onFreeze, ...settings }: Options = {},
  ) {
    this.ink = new Ink(fontFamily)
    this.canvas = document.createElement('canvas')
    this.canvas.setAttribute('aria-hidden', 'true')
    Object.assign(this.canvas.style, {
      position: 'absolute',
      inset: '0',
      width: '100%',
      height: '100%',
      pointerEvents: 'none',
    })
    this.pen = this.canvas.getContext('2d')!
    this.stage = new Stage<Sprite>(
      {
        measure: (comment, fontSize) => this.measure(comment, fontSize),
        leave: (flyer) => this.putAway(flyer),
      },
      settings,
    )
    this.canvas.style.opacity = String(this.settings.opacity)
    host.append(this.canvas)
    this.pointer = onFreeze ? new Pointer(host, this.stage as Stage, onFreeze) : null
    this.sizeWatch = new ResizeObserver(() => this.resize())
    this.sizeWatch.observe(host)
    this.resize()
  }

  get stats(): Stats {
    const { alive, waitingCount, counts } = this.stage
    const { fps, frameMs } = this.meter
    return { ...counts, alive: alive.length, waiting: waitingCount, fps, frameMs }
  }

  /** What is on the stage now, the oldest first. */
  get comments(): Comment[] {
    return this.stage.alive.map(({ comment }) => comment)
  }

  get settings(): Readonly<Settings> {
    return this.stage.settings
  }

  emit(comment: Comment): void {
    if (!this.visible) this.stage.counts.hidden++
    else this.stage.add(comment, this.paused)
    this.wake()
  }

  set(settings: Partial<Settings>): void {
    this.pointer?.thaw()
    this.stage.set(settings)
    this.canvas.style.opacity = String(this.settings.opacity)
    this.wake()
  }

  /** Takes a comment off the stage, when its author or a moderator took it back. */
  remove(id: string): void {
    if (this.pointer?.holds(id)) this.pointer.thaw()
    this.stage.remove((comment) => comment.id === id)
    this.wake()
  }

  clear(): void {
    this.pointer?.thaw()
    this.stage.clear()
    this.wake()
  }

  pause(): void {
    this.paused = true
    this.last = NaN
  }

  resume(): void {
    this.paused = false
    this.wake()
  }

  /** Nothing flies until `show`: what arrives meanwhile is counted as hidden. */
  hide(): void {
    this.visible = false
    this.clear()
  }

  show(): void {
    this.visible = true
  }

  /** The held comment stays until `thaw`: call it when the pointer is on your menu. */
  keepFrozen(): void {
    this.pointer?.keep()
  }

  thaw(): void {
    this.pointer?.thaw()
  }

  destroy(): void {
    cancelAnimationFrame(this.request)
    this.sizeWatch.disconnect()
    this.pointer?.destroy()
    this.stage.clear()
    this.ink.clear()
    this.canvas.remove()
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.host
    const ratio = devicePixelRatio
    if (ratio !== this.ink.pixelRatio) this.forgetSprites()
    this.ink.pixelRatio = ratio
    this.canvas.width = Math.round(clientWidth * ratio)
    this.canvas.height = Math.round(clientHeight * ratio)
    this.stage.resize(clientWidth, clientHeight)
    // A canvas that was resized is empty; waiting for the next frame would flicker.
    this.draw()
    this.wake()
  }

  private wake(): void {
    this.request ||= requestAnimationFrame((now) => this.frame(now))
  }

  private frame(now: number): void {
    const began = performance.now()
    const passed = Number.isNaN(this.last) ? 0 : now - this.last
    this.request = 0
    this.last = now
    this.stage.advance(passed)
    // Another screen, or another zoom: that need not change the host's size.
    if (devicePixelRatio === this.ink.pixelRatio) this.draw()
    else this.resize()
    if (!this.paused && this.stage.alive.length + this.stage.waitingCount > 0) {
      this.wake()
      if (passed > 0) this.meter.frame(passed, performance.now() - began)
    } else {
      this.last = NaN
      this.meter.rest()
    }
  }

  private draw(): void {
    const { pen, canvas, ink } = this
    const { alive } = this.stage
    const ratio = ink.pixelRatio
    pen.clearRect(0, 0, canvas.width, canvas.height)
    for (let i = 0; i < alive.length; i++) {
      const flyer = alive[i]!
      const x = Math.round(flyer.x * ratio)
      if (x >= canvas.width) continue
      const y = Math.round(flyer.y * ratio)
      const sprite = (flyer.sprite ??= this.makeSprite(flyer))
      pen.drawImage(sprite.words.image, x, y)
      if (flyer.count > 1) this.drawBadge(flyer, sprite, x, y)
    }
  }

  private drawBadge(flyer: Flyer<Sprite>, sprite: Sprite, x: number, y: number): void {
    if (sprite.count !== flyer.count) {
      if (sprite.badge) this.ink.give(sprite.badge)
      const text = `×${flyer.count}`
      sprite.badge = this.ink.take({ ...BADGE, text }, this.stage.settings.fontSize)
      sprite.count = flyer.count
    }
    const badge = sprite.badge!.image
    const words = sprite.words.image
    this.pen.drawImage(badge, x + words.width, y + ((words.height - badge.height) >> 1))
  }

  private makeSprite({ comment }: Flyer<Sprite>): Sprite {
    return { words: this.ink.take(comment, this.stage.settings.fontSize), badge: null, count: 1 }
  }

  private putAway(flyer: Flyer<Sprite>): void {
    if (!flyer.sprite) return
    this.ink.give(flyer.sprite.words)
    if (flyer.sprite.badge) this.ink.give(flyer.sprite.badge)
    flyer.sprite = null
  }

  private forgetSprites(): void {
    for (const flyer of this.stage.alive) this.putAway(flyer)
  }

  private measure(comment: Comment, fontSize: number): number {
    const width = this.ink.measure(comment, fontSize)
    const badge = this.stage.settings.merge && (comment.mode ?? 'scroll') === 'scroll'
    return badge ? width + fontSize * BADGE_ROOM : width
  }
}
