// How a comment looks: its text drawn once into a bitmap, with an outline that keeps it readable over
// any picture, and a frame around the viewer's own. Bitmaps are shared by equal looks.
import { BitmapCache, type Bitmap } from './bitmaps'
import { LINE_HEIGHT, sizes, type Comment } from './comment'

/** Room for outline and frame, on each side. */
const PAD = 6
const DARK = 0.18
const WIDTHS = 2000
/** Wider than any hundred letters of a language; what is wider all the same is pressed together. */
const MAX_TEXT = 4096

export class Ink {
  pixelRatio = 1
  private readonly bitmaps = new BitmapCache()
  private readonly pen = context(new OffscreenCanvas(1, 1))
  private readonly widths = new Map<string, number>()

  constructor(private readonly fontFamily: string) {}

  /** The width of a comment with its pads. */
  measure({ text, size }: Comment, fontSize: number): number {
    const font = this.font(fontSize * sizes[size ?? 'medium'].scale)
    const key = font + text
    let width = this.widths.get(key)
    if (width === undefined) {
      this.pen.font = font
      width = Math.min(Math.ceil(this.pen.measureText(text).width), MAX_TEXT) + 2 * PAD
      if (this.widths.size >= WIDTHS) this.widths.clear()
      this.widths.set(key, width)
    }
    return width
  }

  take(comment: Comment, fontSize: number): Bitmap {
    const { text, color = '#ffffff', size = 'medium', own = false } = comment
    const key = `${this.pixelRatio} ${fontSize} ${size} ${color} ${own} ${text}`
    return this.bitmaps.take(key, () => this.draw(comment, fontSize))
  }

  give(bitmap: Bitmap): void {
    this.bitmaps.give(bitmap)
  }

  clear(): void {
    this.bitmaps.clear()
    this.widths.clear()
  }

  private font(px: number): string {
    return `600 ${px}px ${this.fontFamily}`
  }

  private draw(comment: Comment, fontSize: number): Pick<Bitmap, 'image' | 'width' | 'height'> {
    const px = fontSize * sizes[comment.size ?? 'medium'].scale
    const width = this.measure(comment, fontSize)
    const height = px * LINE_HEIGHT
    const ratio = this.pixelRatio
    const canvas = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio))
    const pen = context(canvas)
    pen.scale(ratio, ratio)
    pen.font = this.font(px)
    pen.textBaseline = 'middle'
    pen.lineJoin = 'round'
    pen.fillStyle = comment.color ?? '#ffffff'
    pen.lineWidth = Math.max(px / 8, 2)
    // What the pen made of the colour: a name or rgb() has become #rrggbb, too.
    pen.strokeStyle = isDark(String(pen.fillStyle))
      ? 'rgb(255 255 255 / 0.75)'
      : 'rgb(0 0 0 / 0.65)'
    const y = height / 2 + px * 0.04
    pen.strokeText(comment.text, PAD, y, MAX_TEXT)
    pen.fillText(comment.text, PAD, y, MAX_TEXT)
    if (comment.own) frame(pen, width, height)
    return { image: canvas.transferToImageBitmap(), width, height }
  }
}

function frame(pen: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  pen.strokeStyle = pen.fillStyle
  pen.lineWidth = 1.5
  pen.beginPath()
  pen.roundRect(1, 1, width - 2, height - 2, 5)
  pen.stroke()
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  return canvas.getContext('2d')!
}

/** By the relative luminance of #rrggbb, roughly; translucent colours count as light. */
function isDark(color: string): boolean {
  if (!color.startsWith('#')) return false
  const value = Number.parseInt(color.slice(1), 16)
  const linear = (shift: number) => (((value >> shift) & 255) / 255) ** 2.2
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0) < DARK
}
