// The clock of a film that has no file: plays, pauses, seeks, at any rate, and begins again at its
// end. A live show has no such freedom: everybody's clock shows the same moment.

export const SHOW_MS = 180_000

export interface MediaClock {
  /** Milliseconds from the beginning of the film. */
  readonly time: number
  readonly playing: boolean
  readonly rate: number
  /** How often it was sought: the next seek makes it one more. */
  readonly seeks: number
}

export class FilmClock implements MediaClock {
  playing = false
  rate = 1
  seeks = 0
  private base = 0
  private since = 0

  constructor(
    readonly duration = SHOW_MS,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get time(): number {
    const passed = this.playing ? (this.now() - this.since) * this.rate : 0
    return (this.base + passed) % this.duration
  }

  play(): void {
    this.rebase()
    this.playing = true
  }

  pause(): void {
    this.rebase()
    this.playing = false
  }

  seek(time: number): void {
    this.base = Math.min(Math.max(time, 0), this.duration - 1)
    this.since = this.now()
    this.seeks++
  }

  setRate(rate: number): void {
    this.rebase()
    this.rate = rate
  }

  private rebase(): void {
    this.base = this.time
    this.since = this.now()
  }
}

/** The moment of the show that is on for everybody. */
export const liveClock: MediaClock = {
  get time() {
    return Date.now() % SHOW_MS
  },
  playing: true,
  rate: 1,
  seeks: 0,
}
