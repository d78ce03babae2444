// A channel of @parley/vue in the test's hands: it keeps publications, gives pages of them as a server
// does that caps each page, and refuses when told to.
import type { HistoryPage, ParleyError, Publication, Subscribed, UseChannel } from '@parley/vue'
import { computed, ref } from 'vue'

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
  readonly state = ref<UseChannel<unknown>['state']['value']>('idle')
  private readonly heard: ((publication: Publication) => void)[] = []
  private readonly subscribed: ((subscribed: Subscribed) => void)[] = []

  /** As `useChannel` gives it. */
  readonly channel = {
    state: this.state,
    error: computed(() => null),
    onPublication: (listener: (publication: Publication) => void) => this.heard.push(listener),
    onSubscribed: (listener: (subscribed: Subscribed) => void) => this.subscribed.push(listener),
    history: (asked: Asked) => this.history(asked),
    publish: () => Promise.resolve(),
  } as unknown as UseChannel<unknown>

  /** Somebody says it; `live`: the page hears it at once. */
  say(data: unknown, live = false): void {
    const offset = this.said.length + 1
    const info = { client: 'c1', user: 'ann' }
    const place = { id: `e-${offset}`, epoch: 'e', offset, time: offset * 1000 }
    const publication = { channel: 'show', data, user: 'ann', info, ...place }
    this.said.push(publication)
    if (live) for (const listener of this.heard) listener(publication)
  }

  subscribe(gap = false): void {
    this.state.value = 'subscribed'
    const first = this.asked === 0
    const position = { offset: this.said.length, epoch: 'e' }
    for (const listener of this.subscribed) listener({ first, recovered: false, gap, position })
  }

  private async history({ limit = 1, since, reverse }: Asked): Promise<HistoryPage<unknown>> {
    this.asked++
    await Promise.resolve()
    if (this.refusal) throw this.refusal
    const behind = this.said.filter(({ offset }) => offset! > (since?.offset ?? 0))
    const publications = (reverse ? behind.reverse() : behind).slice(0, Math.min(limit, this.page))
    return { publications, position: { offset: this.said.length, epoch: 'e' } }
  }
}
