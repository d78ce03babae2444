// The attempts of a line since it was dropped, out of its events.
import type { LineEvent } from '@parley/vue'

export interface Attempt {
  /** Since the drop. */
  ms: number
  outcome: 'trying' | 'refused' | 'back'
}

export function attemptsSince(events: readonly LineEvent[], droppedAt: number): Attempt[] {
  const attempts: Attempt[] = []
  for (const { at, kind } of events) {
    if (at < droppedAt) continue
    const last = attempts.at(-1)
    if (kind === 'connecting') attempts.push({ ms: at - droppedAt, outcome: 'trying' })
    else if (last) last.outcome = kind === 'connected' ? 'back' : 'refused'
  }
  return attempts
}
