// From what went over a line to what a strip shows: pings with their answers, and the silences.
import type { Frame, LineEvent } from '@parley/vue'

export interface Beat {
  sentAt: number
  answeredAt: number | null
}

/** A stretch of time without an answer, until the line was given up; still going on without `until`. */
export interface Silence {
  since: number
  until: number | null
}

/** A ping's answer is the next pong; a ping that another one follows stayed without. */
export function pairBeats(frames: readonly Frame[]): Beat[] {
  const beats: Beat[] = []
  for (const { at, direction, heartbeat } of frames) {
    if (!heartbeat) continue
    const last = beats.at(-1)
    if (direction === 'out') beats.push({ sentAt: at, answeredAt: null })
    else if (last) last.answeredAt ??= at
  }
  return beats
}

/** Pings without an answer, each until the loss behind it. */
export function silences(beats: readonly Beat[], events: readonly LineEvent[]): Silence[] {
  const losses = events.filter(({ kind }) => kind === 'lost' || kind === 'ended')
  return beats
    .filter(({ answeredAt }) => answeredAt === null)
    .map(({ sentAt }) => ({
      since: sentAt,
      // The loss is noted in whole milliseconds.
      until: losses.find(({ at }) => at >= Math.floor(sentAt))?.at ?? null,
    }))
}
