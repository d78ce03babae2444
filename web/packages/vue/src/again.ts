// Another try for what a channel was refused for the time being. Nothing is asked while the line is lost:
// whoever uses it asks again with the return.
import type { Channel } from './channel'

export interface Again {
  later(): void
  cancel(): void
}

/** At least so long, at most twice that: those who were refused together do not ask together. */
const RETRY_MS = 2000

export function createAgain(channel: Channel, ask: () => void): Again {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = () => clearTimeout(timer)
  return {
    later() {
      cancel()
      const wait = RETRY_MS * (1 + Math.random())
      timer = setTimeout(() => channel.state.value === 'subscribed' && ask(), wait)
    },
    cancel,
  }
}
