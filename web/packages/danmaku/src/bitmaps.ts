// Drawn texts, kept: the same words in the same look are drawn once. Whoever takes a bitmap gives it
// back; those that nobody holds stay for the next one, up to a number of bytes, the oldest go first.

export interface Bitmap {
  readonly key: string
  readonly image: ImageBitmap
  /** Size in CSS pixels. */
  readonly width: number
  readonly height: number
  users: number
}

export type Draw = () => Pick<Bitmap, 'image' | 'width' | 'height'>

export class BitmapCache {
  private readonly held = new Map<string, Bitmap>()
  /** In the order in which they were given back. */
  private readonly idle = new Map<string, Bitmap>()
  private idleBytes = 0

  constructor(private readonly maxIdleBytes: number = 16 << 20) {}

  get size(): number {
    return this.held.size + this.idle.size
  }

  take(key: string, draw: Draw): Bitmap {
    let bitmap = this.held.get(key)
    if (!bitmap) {
      bitmap = this.wake(key) ?? { key, ...draw(), users: 0 }
      this.held.set(key, bitmap)
    }
    bitmap.users++
    return bitmap
  }

  give(bitmap: Bitmap): void {
    if (--bitmap.users > 0) return
    this.held.delete(bitmap.key)
    this.idle.set(bitmap.key, bitmap)
    this.idleBytes += bytesOf(bitmap)
    for (const oldest of this.idle.values()) {
      if (this.idleBytes <= this.maxIdleBytes) break
      this.drop(oldest)
    }
  }

  /** Forgets what nobody holds. */
  clear(): void {
    for (const bitmap of this.idle.values()) this.drop(bitmap)
  }

  private wake(key: string): Bitmap | undefined {
    const bitmap = this.idle.get(key)
    if (!bitmap) return undefined
    this.idle.delete(key)
    this.idleBytes -= bytesOf(bitmap)
    return bitmap
  }

  private drop(bitmap: Bitmap): void {
    this.wake(bitmap.key)
    bitmap.image.close()
  }
}

function bytesOf({ image }: Bitmap): number {
  return image.width * image.height * 4
}
