// What concerns a user in whatever conversation: invitations by others, and read markers by the user's
// own windows and devices. A marker goes out when it stands still, and rarely: the inbox holds only so
// much, and markers would push out the invitations.
import { onScopeDispose } from 'vue'
import { createAllowance } from './allowance'
import type { Place } from './span'
import { inboxChannel, readInbox, type Publication } from './schema'
import type { Channel, Wire } from './wire'

/** A marker that has not moved for so long is told. */
export const QUIET_MS = 1000
/** As is one that has moved all the time. After a number at once there is no more than one in this time. */
export const TELL_MS = 60_000
export const TOLD_AT_ONCE = 10
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
  const allowance = createAllowance(TOLD_AT_ONCE, TELL_MS)
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Since when there is something to tell. */
  let since: number | null = null

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
    if (line?.state.value !== 'subscribed') return
    since = null
    for (const [channel, place] of untold) {
      untold.delete(channel)
      allowance.take()
      line.publish({ type: 'read', channel, ...place }).catch(() => {
        // It goes with the next line, unless a newer one is due then.
        if (!untold.has(channel)) untold.set(channel, place)
      })
    }
  }

  function tell(channel: string, place: Place) {
    untold.set(channel, place)
    const now = performance.now()
    since ??= now
    clearTimeout(timer)
    const quiet = Math.min(QUIET_MS, since + TELL_MS - now)
    timer = setTimeout(flush, Math.max(quiet, allowance.wait()))
  }

  line?.onPublication(hear)
  line?.onSubscribed(({ recovered }) => {
    // Without its history the markers of this browser have to do.
    if (!recovered) load().catch(() => {})
    flush()
  })

  onScopeDispose(() => clearTimeout(timer))
  return { flush, tell }
}
