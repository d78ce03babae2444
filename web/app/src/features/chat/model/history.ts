// Older pages of a channel, one at a time, into its timeline. Promise: no gap and nothing twice against
// what arrives live meanwhile; what the server no longer has is not asked for again.
import { nextTick } from 'vue'
import { isOfLine, toWireError } from './problems'
import type { Publication } from './schema'
import type { Span } from './span'
import type { Timeline } from './timeline'
import type { Channel, HistoryQuery } from './wire'

export const PAGE = 50
/** The newest page is longer, so that "99+" unread is true. */
export const FIRST_PAGE = 100
/** How much is loaded by itself to close a gap, before it waits for the reader. */
export const FILL_PAGE = 100
export const FILL_PAGES = 10
/** Before what could not be loaded is asked for again. */
export const RELOAD_MS = 2000

interface Hooks {
  /** Shows what is there, before rows come in at the top. */
  before(): void
  after(page: readonly Publication[]): void
}

export class History {
  private busy: Promise<boolean> | null = null
  private asked: Promise<void> | null = null

  constructor(
    private readonly timeline: Timeline,
    private readonly channel: Channel,
    private readonly hooks: Hooks,
  ) {}

  get loading(): boolean {
    return this.busy !== null
  }

  /**
   * Loads a page above the newest gap, or at the top. False when it has no place any more, because the
   * timeline began anew meanwhile. Rejects only for faults that may pass.
   */
  older(limit = PAGE): Promise<boolean> {
    this.busy ??= this.load(limit).finally(() => (this.busy = null))
    return this.busy
  }

  /** As the reader asks, again and again: after a fault that may pass the answer takes a while. */
  ask(): Promise<void> {
    this.asked ??= this.older()
      .then(() => {}, rest)
      .finally(() => (this.asked = null))
    return this.asked
  }

  async newest(): Promise<void> {
    while (!(await this.older(FIRST_PAGE)));
  }

  /** Loads until the newest gap is closed, within reason. */
  async fill(): Promise<void> {
    for (let page = 0; page < FILL_PAGES && this.timeline.hasGapToFill; page++) {
      await this.older(FILL_PAGE)
    }
  }

  private async load(limit: number): Promise<boolean> {
    const span = this.timeline.open
    if (!span) return true
    const { low } = span
    const page = await this.page(span, limit)
    this.hooks.before()
    // Those rows are drawn first: a list keeps its place only if nothing else moves with them.
    await nextTick()
    if (this.timeline.open !== span || span.low !== low) return false
    // A short page is no end: the server may give less at once than it was asked for.
    this.timeline.prepend(span, page, page.length === 0)
    this.hooks.after(page)
    return true
  }

  /** In the channel's order. */
  private async page({ epoch, low, high }: Span, limit: number): Promise<Publication[]> {
    const query: HistoryQuery = { limit, reverse: true }
    // A place beyond the end of the stream is refused.
    if (high >= low) query.since = { epoch, offset: low }
    try {
      return (await this.channel.history(query)).publications.toReversed()
    } catch (error) {
      const { temporary, ...fault } = toWireError(error)
      if (temporary || isOfLine({ temporary, ...fault })) throw error
      return []
    }
  }
}

const rest = () => new Promise<void>((resolve) => setTimeout(resolve, RELOAD_MS))
