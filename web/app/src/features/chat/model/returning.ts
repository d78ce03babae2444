// What the coming and going of the line means for one channel: where its timeline begins, what has to
// be loaded before anything may be sent, and what to do when that fails.
import { RELOAD_MS, type History } from './history'
import type { Timeline } from './timeline'
import type { Channel, Subscribed } from './wire'

interface Hooks {
  /** Publications come from now on. */
  began(): void
  /** Everything that could be known is here. */
  ready(): void
  down(): void
  ended(): void
}

export class Returning {
  begun = false
  private loaded = false
  /** Grows with each change of the line; what began before does not go on. */
  private turn = 0
  private lostAt: number | null = null
  private reload: ReturnType<typeof setTimeout> | undefined

  constructor(
    wire: Channel,
    private readonly timeline: Timeline,
    private readonly history: History,
    private readonly hooks: Hooks,
  ) {
    wire.onSubscribed((event) => void this.subscribed(event))
  }

  changed(state: Channel['state']['value']): void {
    if (state === 'subscribed') return
    this.stop()
    this.lostAt ??= Date.now()
    this.hooks.down()
    if (state === 'ended') this.hooks.ended()
  }

  stop(): void {
    this.turn++
    clearTimeout(this.reload)
  }

  private async subscribed({ recovered, position }: Subscribed): Promise<void> {
    const turn = ++this.turn
    if (!this.begun || !recovered) {
      const now = Date.now()
      const missed = this.timeline.begin(position, this.lostAt ?? now, now)
      if (!this.begun || missed) this.loaded = false
      this.begun = true
      this.hooks.began()
    }
    this.lostAt = null
    // What was recovered comes behind this event, in the same turn of the event loop.
    await Promise.resolve()
    await this.load(turn)
  }

  /** The newest page, and what is between it and what we had. */
  private async load(turn: number): Promise<void> {
    try {
      if (!this.loaded) await this.history.newest()
      this.loaded = true
      await this.history.fill()
    } catch {
      if (turn === this.turn) this.reload = setTimeout(() => void this.load(turn), RELOAD_MS)
      return
    }
    if (turn === this.turn) this.hooks.ready()
  }
}
