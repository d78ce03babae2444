// After a lost line: who was here before and is not back yet. The plain dialect replays nothing, so
// unsent words wait until everybody is back who lost the line with us, at most one retry long.
// Owner: the room session; `onComplete` is called once for each return.
import { RETRY_MS } from '@/shared/api/plainSocket'

/** A little more than everybody's retry interval. */
export const REUNION_MS = RETRY_MS + 1000
/** Someone who comes back within this time is no newcomer. */
const RETURN_MS = 30_000

export function createReunion(onComplete: () => void) {
  let missing = new Set<string>()
  let backAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function complete() {
    cancel()
    onComplete()
  }

  function cancel() {
    clearTimeout(timer)
    timer = undefined
  }

  return {
    /** True while unsent words should wait. */
    get pending() {
      return timer !== undefined
    },

    lost(people: string[]) {
      missing = new Set([...people, ...(timer === undefined ? [] : missing)])
      cancel()
    },

    /** We are back; without a list of those present there is nobody to wait for. */
    back(present: string[] | undefined) {
      backAt = Date.now()
      for (const name of present ?? missing) missing.delete(name)
      if (missing.size === 0) complete()
      else timer = setTimeout(complete, REUNION_MS)
    },

    /** Did this name only come back? */
    returned(name: string): boolean {
      const known = missing.delete(name) && Date.now() - backAt < RETURN_MS
      if (timer !== undefined && missing.size === 0) complete()
      return known
    },

    cancel,
  }
}
