// Holds the comment under the pointer: a mouse by hovering, a finger by a tap. A mouse that leaves it
// lets it go after a moment, so that a menu beside the comment can be reached. Listens on the host, so
// that whatever lies in it keeps the pointer where no comment is.
import type { Box, Comment } from './comment'
import type { Flyer } from './flyer'

export interface Frozen {
  comment: Comment
  box: Box
}

export interface Holdable {
  at(x: number, y: number): Flyer | undefined
  freeze(flyer: Flyer): void
  thaw(flyer: Flyer): void
}

const LEAVE_MS = 300

export class Pointer {
  private held: Flyer | null = null
  private leaving: ReturnType<typeof setTimeout> | undefined

  private readonly listening = new AbortController()

  constructor(
    private readonly host: HTMLElement,
    private readonly stage: Holdable,
    private readonly changed: (frozen: Frozen | null) => void,
  ) {
    const { signal } = this.listening
    host.addEventListener('pointermove', (event) => this.hover(event), { signal })
    host.addEventListener('pointerleave', (event) => this.left(event), { signal })
    // Before it reaches what lies in the host.
    host.addEventListener('click', (event) => this.tap(event), { signal, capture: true })
  }

  holds(id: string): boolean {
    return this.held?.comment.id === id
  }

  /** The pointer is on something that belongs to the comment: it stays until `thaw`. */
  keep(): void {
    clearTimeout(this.leaving)
    this.leaving = undefined
  }

  thaw(): void {
    this.keep()
    if (!this.held) return
    this.stage.thaw(this.held)
    this.held = null
    this.changed(null)
  }

  destroy(): void {
    this.listening.abort()
    this.thaw()
  }

  private hover(event: PointerEvent): void {
    if (event.pointerType === 'touch') return
    const flyer = this.under(event)
    if (!flyer) this.leave()
    else if (flyer === this.held) this.keep()
    else this.hold(flyer)
  }

  /** A finger leaves with every tap. */
  private left({ pointerType }: PointerEvent): void {
    if (pointerType !== 'touch') this.leave()
  }

  private leave(): void {
    if (this.held) this.leaving ??= setTimeout(() => this.thaw(), LEAVE_MS)
  }

  /** A tap on a comment is not one on the picture, nor is one that only lets a comment go. */
  private tap(event: MouseEvent): void {
    const flyer = this.under(event)
    if (flyer || this.held) event.stopPropagation()
    if (flyer === this.held) return
    if (flyer) this.hold(flyer)
    else this.thaw()
  }

  private hold(flyer: Flyer): void {
    this.thaw()
    this.held = flyer
    this.stage.freeze(flyer)
    const { comment, x, y, width, height } = flyer
    this.changed({ comment, box: { x, y, width, height } })
  }

  private under({ clientX, clientY }: MouseEvent): Flyer | undefined {
    const { left, top } = this.host.getBoundingClientRect()
    const { clientLeft, clientTop } = this.host
    return this.stage.at(clientX - left - clientLeft, clientY - top - clientTop)
  }
}
