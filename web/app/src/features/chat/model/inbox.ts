// What concerns a user in whatever conversation: invitations by others, and read markers by the user's
// own windows and devices. Markers go out at most every two seconds, each channel's newest only.
import type { Place } from './span'
import { inboxChannel, readInbox, type Publication } from './schema'
import type { Channel, Wire } from './wire'

export const TELL_MS = 2000
const NEWEST = 256

interface Hooks {
  invited(channel: string, time: number): void
  read(channel: string, place: Place): void
}

export interface Inbox {
  /** One's own marker moved. */
  tell(channel: string, place: Place): void
  /** Everything that is still to be told is told now. */
  flush(): void
}

/** To be called in an effect scope; the inbox is left when that ends. */
export function createInbox(wire: Wire, me: string, hooks: Hooks): Inbox {
  const name = inboxChannel(me)
  const untold = new Map<string, Place>()
  const line: Channel | null = name ? wire.channel(name, { joinLeave: false }) : null
  let timer: ReturnType<typeof setTimeout> | undefined
  let toldAt = -Infinity

  function hear(publication: Publication) {
    const item = readInbox(publication, me)
    if (item?.kind === 'invite') hooks.invited(item.channel, publication.time ?? Date.now())
    if (item?.kind === 'read') hooks.read(item.channel, { epoch: item.epoch, offset: item.offset })
  }

  async function load() {
    const page = await line!.history({ limit: NEWEST, reverse: true })
    page.publications.toReversed().forEach(hear)
  }

  function flush() {
    clearTimeout(timer)
    timer = undefined
    if (line?.state.value !== 'subscribed' || untold.size === 0) return
    toldAt = performance.now()
    for (const [channel, place] of untold) {
      untold.delete(channel)
      line.publish({ type: 'read', channel, ...place }).catch(() => {
        // It goes with the next line, unless a newer one is due then.
        if (!untold.has(channel)) untold.set(channel, place)
      })
    }
  }

  line?.onPublication(hear)
  line?.onSubscribed(({ recovered }) => {
    // Without its history the markers of this browser have to do.
    if (!recovered) load().catch(() => {})
    flush()
  })

  return {
    flush,
    tell(channel, place) {
      untold.set(channel, place)
      timer ??= setTimeout(flush, Math.max(0, toldAt + TELL_MS - performance.now()))
    },
  }
}
