// The Centrifuge SDK, and the few things that it knows and does not tell. What is read from its inside
// is asked for first: another version of the SDK only loses the countdown, or the time of a message.
import { Centrifuge, type Options } from 'centrifuge'

interface Inside {
  _getReconnectDelay?: () => number
  _getPublicationContext?: (channel: string, publication: Extras) => Extras
}

/** Members of a publication on the wire that the SDK leaves out. */
interface Extras {
  time?: number
  epoch?: string
}

export interface Hooks {
  /** The SDK waits so long before its next attempt. */
  onDelay(milliseconds: number): void
}

export function createSdk(url: string, options: Partial<Options>, hooks: Hooks): Centrifuge {
  const client = new Centrifuge(url, options)
  const inside = client as unknown as Inside

  const delayOf = inside._getReconnectDelay
  if (typeof delayOf === 'function') {
    inside._getReconnectDelay = () => {
      const delay = delayOf.call(client)
      hooks.onDelay(delay)
      return delay
    }
  }

  const contextOf = inside._getPublicationContext
  if (typeof contextOf === 'function') {
    inside._getPublicationContext = (channel, publication) => {
      const context = contextOf.call(client, channel, publication)
      if (publication.time) context.time = publication.time
      if (publication.epoch) context.epoch = publication.epoch
      return context
    }
  }
  return client
}
