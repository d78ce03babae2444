// What of a conversation was read, and how much was not. The marker is a place in the channel; what has
// no place (direct messages, channels without a history) counts as read once it was seen here.
import type { Entry } from './entry'
import type { Place } from './span'
import type { Timeline } from './timeline'

export class Reading {
  unread = 0
  mentions = 0
  private loose = new Set<Entry>()
  /** The marker is a guess; any word of one's other devices is better. */
  private guessed = false

  constructor(
    private readonly timeline: Timeline,
    public marker: Place | null,
  ) {}

  /** What lies behind this was not read. */
  get behind(): number {
    return (this.marker && this.timeline.orderOf(this.marker)) ?? -1
  }

  /** A new message at the live end. */
  arrived(entry: Entry): void {
    if (entry.message.mine) return
    if (entry.message.offset === null) this.loose.add(entry)
    this.unread++
    if (entry.message.mentionsMe) this.mentions++
  }

  recount(): void {
    const { behind } = this
    this.unread = this.mentions = 0
    for (const entry of this.timeline.newestFirst()) {
      const { offset, mine, deleted, mentionsMe } = entry.message
      if (offset !== null && entry.order <= behind) break
      if (mine || deleted || (offset === null && !this.loose.has(entry))) continue
      this.unread++
      if (mentionsMe) this.mentions++
    }
  }

  /** Whoever comes for the first time has missed nothing. The marker, if it is a guess. */
  guess(): Place | null {
    if (this.marker) return null
    this.guessed = true
    return (this.marker = this.top)
  }

  /** Read elsewhere, or known from an earlier visit. False when that is older than what is known. */
  follow(place: Place): boolean {
    const { marker } = this
    const current = this.timeline.top?.epoch
    const older = marker?.epoch === place.epoch && marker.offset >= place.offset
    if (older && !this.guessed) return false
    if (marker && marker.epoch !== place.epoch && marker.epoch === current) return false
    this.marker = place
    this.guessed = false
    this.recount()
    return true
  }

  /** Everything that is here was read now. The new marker, if it moved or was only a guess. */
  all(): Place | null {
    const { top, marker, guessed } = this
    this.unread = this.mentions = 0
    this.loose.clear()
    this.guessed = false
    if (!top) return null
    const told = marker?.epoch === top.epoch && marker.offset >= top.offset
    if (told && !guessed) return null
    return (this.marker = top)
  }

  private get top(): Place | null {
    return this.timeline.top
  }
}
