// Reads one channel into a timeline: the newest page, older ones on demand, what is live at its end.
// Owner: useHistory; another channel is another reader, so that no answer comes to the wrong list.
import type { ShallowRef } from 'vue'
import { createAgain, type Again } from './again'
import { createBatch } from './batch'
import type { Channel, HistoryPage } from './channel'
import { toParleyError, UNRECOVERABLE, type ParleyError } from './errors'
import type { Publication } from './publication'
import { Timeline } from './timeline'

/** One animation frame: a flood of publications is one change of the list. */
const FRAME_MS = 16

interface Sinks<T> {
  pageSize: number
  limit: number
  show(timeline: Timeline<T>): void
  loading: ShallowRef<boolean>
  done: ShallowRef<boolean>
  error: ShallowRef<ParleyError | null>
}

export class HistoryReader<T> {
  private readonly timeline = new Timeline<T>()
  private live: Publication<T>[] = []
  /** The newest page is to be loaded; until then live publications wait. */
  private behind = true
  /** It was refused for the time being: until it comes, what is live stands there without it. */
  private refused = false
  private stopped = false
  private calls = 0
  private older: Promise<number> | null = null
  private readonly abort = new AbortController()
  private readonly batch = createBatch(FRAME_MS, () => this.flush())
  private readonly again: Again
  private readonly undo: (() => void)[]

  constructor(
    private readonly channel: Channel,
    private readonly sinks: Sinks<T>,
  ) {
    this.again = createAgain(channel, () => void this.catchUp())
    this.undo = [
      channel.on('publication', (one) => {
        this.live.push(one as Publication<T>)
        if (!this.behind || this.refused) this.batch.run()
      }),
      channel.on('subscribed', ({ gap }) => {
        if (gap) this.lag()
        if (this.behind) void this.catchUp()
      }),
    ]
    if (channel.state.value === 'subscribed') void this.catchUp()
  }

  stop(): void {
    this.stopped = true
    this.abort.abort()
    this.batch.cancel()
    this.again.cancel()
    for (const undo of this.undo) undo()
    const { show, loading, done, error } = this.sinks
    show(new Timeline<T>())
    loading.value = done.value = false
    error.value = null
  }

  loadOlder(): Promise<number> {
    const { oldest } = this.timeline
    const work = () => (oldest ? this.loadBefore(oldest) : this.catchUp())
    this.older ??= work().finally(() => (this.older = null))
    return this.older
  }

  async fillGap(id: string): Promise<number> {
    const item = this.timeline.find(id)
    return item?.offset === undefined ? 0 : this.loadBefore(item)
  }

  private lag(): void {
    this.settle()
    this.timeline.tear()
    this.behind = true
  }

  /** What waits has its place now. */
  private settle(): void {
    this.behind = this.refused = false
    this.flush()
  }

  private async catchUp(): Promise<number> {
    this.again.cancel()
    const page = await this.page()
    if (this.stopped) return 0
    let added = 0
    if (page) {
      const publications = [...this.liveBefore(page), ...page.publications]
      // Nothing older than an empty history, or than its first publication.
      if (!this.timeline.oldest) this.sinks.done.value = (publications.at(0)?.offset ?? 1) === 1
      added = this.timeline.append(publications)
    } else if (this.sinks.error.value?.retryable) {
      // Where the line was lost meanwhile, the next subscription tries again.
      if (this.channel.state.value === 'subscribed') this.wait()
      return 0
    }
    this.settle()
    return added
  }

  private wait(): void {
    this.refused = true
    this.again.later()
    this.flush()
  }

  /** More may have come while the page was refused than it reaches back. */
  private liveBefore({ publications }: HistoryPage<T>): Publication<T>[] {
    const [first] = publications
    return this.live.filter(
      ({ epoch, offset }) => epoch === first?.epoch && offset! < first.offset!,
    )
  }

  private async loadBefore(item: Publication<T>): Promise<number> {
    const { epoch, id } = item
    const offset = item.offset!
    const page = await this.page({ offset, epoch })
    // Asked now: live ones may have pushed the item out of the list meanwhile.
    const oldest = item === this.timeline.oldest
    if (!page || this.stopped) {
      if (oldest && this.sinks.error.value?.code === UNRECOVERABLE) this.end()
      return 0
    }
    const added = this.timeline.insertBefore(id, page.publications)
    if (oldest && (page.publications.at(0)?.offset ?? 1) === 1) this.sinks.done.value = true
    this.sinks.show(this.timeline)
    return added
  }

  /** What lies before is no longer kept: that is an end, not a fault. */
  private end(): void {
    this.sinks.done.value = true
    this.sinks.error.value = null
  }

  /** The page that ends before `since`, or the newest; in the stream's order. null after a fault. */
  private async page(since?: { offset: number; epoch: string }): Promise<HistoryPage<T> | null> {
    const { pageSize: limit, loading, error } = this.sinks
    loading.value = ++this.calls > 0
    try {
      const { signal } = this.abort
      const page = await this.channel.history<T>({ limit, since, reverse: true }, { signal })
      error.value = null
      page.publications.reverse()
      return page
    } catch (reason) {
      if (!this.stopped) error.value = toParleyError(reason)
      return null
    } finally {
      this.calls -= 1
      if (!this.stopped) loading.value = this.calls > 0
    }
  }

  private flush(): void {
    const { limit, show, done } = this.sinks
    const live = this.live.slice(-limit)
    const timeline = this.behind ? this.timeline.copy() : this.timeline
    timeline.append(live)
    this.live = this.behind ? live : []
    if (timeline.trim(limit)) done.value = false
    show(timeline)
  }
}
