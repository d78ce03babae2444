// One subscription, shared by all composables that use the channel: begun with the first, ended with
// the last. Owner: the ChannelMap of the Parley. Promise: publications arrive in the channel's order,
// each once; what may have been missed is said before the next one arrives.
import type {
  Centrifuge,
  ClientInfo,
  HistoryOptions,
  PresenceResult,
  PresenceStatsResult,
  StreamPosition,
  SubscribedContext,
  Subscription,
} from 'centrifuge'
import { shallowRef, type ShallowRef } from 'vue'
import { Emitter } from './emitter'
import { ParleyError, toParleyError, UNAUTHORIZED, UNSUBSCRIBED } from './errors'
import { toPublication, type Publication } from './publication'
import { within, type Patience } from './waiting'

/** ended: by the server or a refusal; see `error`. */
export type ChannelState = 'idle' | 'subscribing' | 'subscribed' | 'ended'

export interface Subscribed {
  /** The first subscription, or a return to the channel? */
  first: boolean
  /** A return, and all that was missed comes now. */
  recovered: boolean
  /** A return without all that was missed: load the state anew. */
  gap: boolean
  /** The end of the stream; null without a history. */
  position: StreamPosition | null
}

export interface HistoryPage<T> {
  /** In the order asked for. */
  publications: Publication<T>[]
  /** The end of the stream. */
  position: StreamPosition
}

interface ChannelEvents {
  publication: Publication
  subscribed: Subscribed
  join: ClientInfo
  leave: ClientInfo
}

export interface ChannelNeeds {
  joinLeave?: boolean
  getToken?: (channel: string) => Promise<string>
}

export class Channel extends Emitter<ChannelEvents> {
  readonly state: ShallowRef<ChannelState> = shallowRef<ChannelState>('idle')
  readonly error: ShallowRef<ParleyError | null> = shallowRef<ParleyError | null>(null)
  readonly position: ShallowRef<StreamPosition | null> = shallowRef<StreamPosition | null>(null)
  readonly recovered: ShallowRef<boolean | null> = shallowRef<boolean | null>(null)
  private subscription: Subscription | null = null
  private first = true
  private needs: ChannelNeeds = {}

  constructor(
    readonly name: string,
    private readonly client: Centrifuge,
  ) {
    super()
  }

  /** Subscribes, or again with what is needed besides: the position is kept, nothing is missed. */
  open(needs: ChannelNeeds): void {
    const { joinLeave = false, getToken } = this.needs
    const more = {
      joinLeave: joinLeave || needs.joinLeave === true,
      getToken: getToken ?? needs.getToken,
    }
    const enough = more.joinLeave === joinLeave && more.getToken === getToken
    if (this.subscription && enough) return
    this.needs = more
    this.detach()
    this.subscription = this.attach()
    this.subscription.subscribe()
  }

  close(): void {
    this.detach()
    this.state.value = 'idle'
    this.position.value = null
    this.first = true
  }

  /** Subscribes again after an end. */
  retry(): void {
    this.subscription?.subscribe()
  }

  async publish(data: unknown, patience: Patience): Promise<void> {
    await this.live(patience, () => this.client.publish(this.name, data))
  }

  async history<T>(options: HistoryOptions, patience: Patience = {}): Promise<HistoryPage<T>> {
    const { publications, offset, epoch } = await this.live(patience, () =>
      this.client.history(this.name, options),
    )
    const position = { offset, epoch }
    return { publications: publications.map((one) => toPublication<T>(one, position)), position }
  }

  presence(patience: Patience = {}): Promise<PresenceResult> {
    return this.live(patience, () => this.client.presence(this.name))
  }

  presenceStats(patience: Patience = {}): Promise<PresenceStatsResult> {
    return this.live(patience, () => this.client.presenceStats(this.name))
  }

  /** Waits for the subscription, then calls; both within the caller's patience, else it never calls. */
  private async live<T>(patience: Patience, call: () => Promise<T>): Promise<T> {
    patience.signal?.throwIfAborted()
    let over = false
    const work = this.ready().then(() => {
      // The caller was told that it failed: it is not done behind their back.
      if (over) throw new Error(`${this.name}: too late`)
      return call()
    })
    try {
      return await within(work, patience)
    } catch (error) {
      if (patience.signal?.aborted) throw error
      throw toParleyError(error)
    } finally {
      over = true
    }
  }

  private async ready(): Promise<void> {
    await null // a channel taken in this turn opens at the end of it
    for (;;) {
      const { subscription } = this
      if (!subscription) {
        throw new ParleyError({ code: UNSUBSCRIBED, message: `${this.name} is not in use` })
      }
      try {
        return await subscription.ready()
      } catch (error) {
        // Replaced meanwhile by one that needs more: that one is waited for.
        if (subscription === this.subscription) throw this.error.value ?? error
      }
    }
  }

  private attach(): Subscription {
    const { joinLeave, getToken } = this.needs
    const subscription = this.client.newSubscription(this.name, {
      joinLeave,
      // The SDK would wait for ever.
      getToken: getToken ? () => within(getToken(this.name), {}) : null,
      since: this.position.value,
    })
    subscription.on('subscribing', () => (this.state.value = 'subscribing'))
    subscription.on('subscribed', (context) => this.subscribed(context))
    subscription.on('unsubscribed', ({ code, reason }) => this.ended(code, reason))
    subscription.on('error', ({ error }) => {
      // A token that could not be renewed yet is asked for again; what comes of it is an end, or nothing.
      if (this.state.value !== 'subscribed') this.error.value = toParleyError(error)
    })
    subscription.on('join', ({ info }) => this.emit('join', info))
    subscription.on('leave', ({ info }) => this.emit('leave', info))
    subscription.on('publication', (context) => {
      const publication = toPublication(context, this.position.value)
      const { offset, epoch } = publication
      if (offset !== undefined) this.position.value = { offset, epoch }
      this.emit('publication', publication)
    })
    return subscription
  }

  private detach(): void {
    const { subscription } = this
    this.subscription = null
    if (!subscription) return
    subscription.removeAllListeners()
    subscription.unsubscribe()
    this.client.removeSubscription(subscription)
  }

  private subscribed(context: SubscribedContext): void {
    const { recovered, streamPosition: position = null } = context
    const { first } = this
    this.first = false
    this.error.value = null
    this.recovered.value = first ? null : recovered
    this.state.value = 'subscribed'
    // What is recovered arrives behind this event and moves the position by itself.
    if (first || !recovered) this.position.value = position
    this.emit('subscribed', { first, recovered, gap: !first && !recovered, position })
  }

  private ended(code: number, reason: string): void {
    // The SDK numbers ends otherwise than errors: its 1 is a token that was refused.
    this.error.value = new ParleyError({ code: code === 1 ? UNAUTHORIZED : code, message: reason })
    this.state.value = 'ended'
  }
}
