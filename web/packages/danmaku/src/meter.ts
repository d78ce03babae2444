// Frames a second and the work of a frame, averaged over half a second. Counts only while frames
// follow one another: an empty stage draws none.
const WINDOW_MS = 500

export class Meter {
  fps = 0
  frameMs = 0
  private frames = 0
  private elapsed = 0
  private work = 0

  /** One frame: the time since the one before it, and what it took to draw. */
  frame(sinceLast: number, workMs: number): void {
    this.frames++
    this.elapsed += sinceLast
    this.work += workMs
    if (this.elapsed < WINDOW_MS) return
    this.fps = (this.frames * 1000) / this.elapsed
    this.frameMs = this.work / this.frames
    this.frames = this.elapsed = this.work = 0
  }

  rest(): void {
    this.fps = this.frames = this.elapsed = this.work = 0
  }
}
