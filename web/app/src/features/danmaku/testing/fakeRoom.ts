// A channel of @parley/vue in the test's hands: it keeps publications, gives pages of them as a server
// does that caps each page, and refuses when told to.
import type { HistoryPage, ParleyError, Publication, Subscribed, UseChannel } from '@parley/vue'
import { vi } from 'vitest'
import { computed, ref, shallowRef } from 'vue'

interface Asked {
  limit?: number
  since?: { offset: number; epoch: string }
  reverse?: boolean
}

export class FakeRoom {
  said: Publication[] = []
  page = 1000
  /** Ends every call of the history while it is set. */
  refusal: Partial<ParleyError> | null = null
  asked = 0
  /** The publications that were read from the history. */
  read = 0
  epoch = 'e'
  readonly error = shallowRef<ParleyError | null>(null)
  readonly state = ref<UseChannel<unknown>['state']['value']>('idle')
  private readonly heard: ((publication: Publication) => void)[] = []
  private readonly subscribed: ((subscribed: Subscribed) => void)[] = []

  /** As `useChannel` gives it. */
  readonly channel = {
    state: this.state,
    error: computed(() => this.error.value),
    onPublication: (listener: (publication: Publication) => void) => this.heard.push(listener),
    onSubscribed: (listener: (subscribed: Subscribed) => void) => this.subscribed.push(listener),
    history: (asked: Asked) => this.history(asked),
    publish: vi.fn(() => Promise.resolve()),
  } as unknown as UseChannel<unknown>

  /** Somebody says it; `live`: the page hears it at once. */
  say(data: unknown, live = false): void {
    const offset = this.said.length + 1
    const info = { client: 'c1', user: 'ann' }
    const { epoch } = this
    const place = { id: `${epoch}-${offset}`, epoch, offset, time: offset * 1000 }
    const publication = { channel: 'show', data, user: 'ann', info, ...place }
    this.said.push(publication)
    if (live) this.hear(publication)
  }

  subscribe(gap = false): void {
    this.state.value = 'subscribed'
    const first = this.asked === 0
    const position = { offset: this.said.length, epoch: this.epoch }
    for (const listener of this.subscribed) listener({ first, recovered: false, gap, position })
  }

  /** The page comes back, and gets what was said meanwhile behind that. */
  recover(since: number): void {
    this.subscribe()
    this.said.slice(since).forEach((publication) => this.hear(publication))
  }

  refuse(error: Partial<ParleyError>): void {
    this.error.value = error as ParleyError
    this.state.value = 'ended'
  }

  private hear(publication: Publication): void {
    for (const listener of this.heard) listener(publication)
  }

  private async history({ limit = 1, since, reverse }: Asked): Promise<HistoryPage<unknown>> {
    this.asked++
    await Promise.resolve()
    if (this.refusal) throw this.refusal
    if (since && since.epoch !== this.epoch) throw { code: 112, reason: 'unrecoverable_position' }
    const behind = this.said.filter(({ offset }) => offset! > (since?.offset ?? 0))
    const publications = (reverse ? behind.reverse() : behind).slice(0, Math.min(limit, this.page))
    this.read += publications.length
    return { publications, position: { offset: this.said.length, epoch: this.epoch } }
  }
}
