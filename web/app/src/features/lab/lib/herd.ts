// A crowd that lost its server at the same moment, and how it comes back: by a fixed wait, or by a wait
// that doubles and is drawn at random. Pure arithmetic; the random numbers come from the caller.
import { retryDelay, type RetryPlan } from '@parley/vue'

export interface Herd {
  clients: number
  /** The server takes nobody before this time. */
  awayMs: number
  /** Whom it can greet in one bin; the others are turned away and try again. */
  capacity: number
  binMs: number
}

export interface HerdResult {
  /** Attempts in each bin of time. */
  bins: number[]
  peak: number
  attempts: number
  /** When the last client was back, in milliseconds since the loss; null: not within the time shown. */
  allBackMs: number | null
}

interface Attempt {
  at: number
  failures: number
}

/** Clients hear of the loss a network's way apart. */
const NOTICE_MS = 60

export function simulateHerd(
  herd: Herd,
  plan: RetryPlan,
  spanMs: number,
  random: () => number,
): HerdResult {
  const bins = Array<number>(Math.ceil(spanMs / herd.binMs)).fill(0)
  const greeted = [...bins]
  let waiting = Array.from({ length: herd.clients }, () => ({
    at: random() * NOTICE_MS + retryDelay(plan, 1, random),
    failures: 1,
  }))
  let allBackMs: number | null = null
  for (let bin = 0; bin < bins.length; bin++) {
    const { due, later } = split(waiting, (bin + 1) * herd.binMs)
    bins[bin] = due.length
    const open = bin * herd.binMs >= herd.awayMs
    greeted[bin] = open ? Math.min(herd.capacity, due.length) : 0
    waiting = [...later, ...due.slice(greeted[bin]).map((attempt) => again(attempt, plan, random))]
    if (waiting.length === 0) allBackMs ??= (bin + 1) * herd.binMs
  }
  const attempts = bins.reduce((sum, count) => sum + count, 0)
  return { bins, peak: Math.max(...bins), attempts, allBackMs }
}

function split(waiting: Attempt[], before: number) {
  const due = waiting.filter(({ at }) => at < before).sort((a, b) => a.at - b.at)
  return { due, later: waiting.filter(({ at }) => at >= before) }
}

function again({ at, failures }: Attempt, plan: RetryPlan, random: () => number): Attempt {
  return { at: at + Math.max(1, retryDelay(plan, failures + 1, random)), failures: failures + 1 }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
