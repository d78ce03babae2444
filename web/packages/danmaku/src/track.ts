// Comments of a film: each flies when the film comes to its moment. The track follows the media
// clock, whatever that does: play, pause, another rate, a jump ahead or back. Comments may arrive in
// any order and late: one that is only just missed flies at once.
import type { Comment } from './comment'

/** A comment that knows its moment. */
export type TimedComment = Comment & { at: number }

/** What a track drives; a `Danmaku` is one. */
export interface Sink {
  emit(comment: Comment): void
  clear(): void
  pause(): void
  resume(): void
  set(settings: { rate: number }): void
}

export interface TrackOptions {
  /** Milliseconds by which a comment may miss its moment and still fly. */
  grace?: number
  /** A step of the clock longer than this many milliseconds is a seek, though nobody said so. */
  jump?: number
}

/** A seek lands a little before its goal: players are not exact, and that very comment is wanted. */
const LANDING_MS = 250

export class Track {
  private readonly comments: TimedComment[] = []
  private readonly ids = new Set<string>()
  private readonly grace: number
  private readonly jump: number
  private next = 0
  /** Where the clock stands, and where it began to run without a seek; NaN before the first sync. */
  private time = NaN
  private start = NaN
  private playing = false
  private rate = 1

  constructor(
    private readonly sink: Sink,
    { grace = 1500, jump = 3000 }: TrackOptions = {},
  ) {
    this.grace = grace
    this.jump = jump
    sink.pause()
  }

  get size(): number {
    return this.comments.length
  }

  /** Comments in any order; one whose id is known is dropped. */
  add(comments: Iterable<TimedComment>): void {
    const fresh = [...comments].filter(({ id }) => !this.ids.has(id) && this.ids.add(id))
    if (fresh.length === 1) {
      this.comments.splice(this.indexOf(fresh[0]!.at, true), 0, fresh[0]!)
    } else {
      this.comments.push(...fresh)
      this.comments.sort((a, b) => a.at - b.at)
    }
    if (Number.isNaN(this.time)) return
    this.next = this.indexOf(this.time, true)
    for (const comment of fresh) if (this.justMissed(comment.at)) this.sink.emit(comment)
  }

  /** Takes a comment out, and says whether it was there. */
  remove(id: string): boolean {
    if (!this.ids.delete(id)) return false
    const index = this.comments.findIndex((comment) => comment.id === id)
    this.comments.splice(index, 1)
    if (index < this.next) this.next--
    return true
  }

  /** The film jumps: call it when the player seeks. Of what lies between nothing flies. */
  seek(time: number): void {
    if (!Number.isNaN(this.time)) this.sink.clear()
    this.time = time
    this.start = time - LANDING_MS
    this.next = this.indexOf(this.start)
  }

  /** Follow the media clock: call it with every frame. */
  sync(time: number, playing: boolean, rate = 1): void {
    const step = time - this.time
    if (!(step >= 0 && step <= this.jump * Math.max(rate, 1))) this.seek(time)
    this.time = time
    this.follow(playing, rate)
    for (; this.next < this.comments.length; this.next++) {
      const comment = this.comments[this.next]!
      if (comment.at > time) break
      this.sink.emit(comment)
    }
  }

  /** Comments of a stretch of the film, by their moments. */
  between(from: number, to: number): TimedComment[] {
    return this.comments.slice(this.indexOf(from), this.indexOf(to))
  }

  /** How many comments fall into each of so many equal parts of the film: the heat map. */
  heat(duration: number, parts: number): number[] {
    const counts = new Array<number>(parts).fill(0)
    for (const { at } of this.comments) {
      const part = Math.floor((at / duration) * parts)
      if (part >= 0 && part < parts) counts[part]!++
    }
    return counts
  }

  private follow(playing: boolean, rate: number): void {
    if (playing !== this.playing) {
      this.playing = playing
      if (playing) this.sink.resume()
      else this.sink.pause()
    }
    if (rate !== this.rate) {
      this.rate = rate
      this.sink.set({ rate })
    }
  }

  private justMissed(at: number): boolean {
    return at <= this.time && at >= Math.max(this.start, this.time - this.grace)
  }

  /** The first comment at this time or later; with `after`, the first one later than it. */
  private indexOf(time: number, after = false): number {
    let low = 0
    let high = this.comments.length
    while (low < high) {
      const middle = (low + high) >> 1
      const { at } = this.comments[middle]!
      if (at < time || (after && at === time)) low = middle + 1
      else high = middle
    }
    return low
  }
}
