// Comments that wait for a free lane: by priority, then by arrival. Bounded in number and in time;
// what has to go is the oldest of the lowest priority.
import type { Comment } from './comment'

export interface Waiter {
  comment: Comment
  since: number
  count: number
}

const LEVELS = 3

export class Waiting {
  private readonly levels: Waiter[][] = Array.from({ length: LEVELS }, () => [])
  private total = 0

  get size(): number {
    return this.total
  }

  /** Returns how many had to go for it. */
  push(comment: Comment, now: number, limit: number): number {
    const level = Math.min(Math.max(Math.trunc(comment.priority ?? 0), 0), LEVELS - 1)
    this.levels[level]!.push({ comment, since: now, count: 1 })
    this.total++
    let shed = 0
    for (; this.total > limit; this.total--) {
      shed += this.levels.find((waiters) => waiters.length > 0)!.shift()!.count
    }
    return shed
  }

  /** The waiting comment of this text and mode. */
  find(comment: Comment): Waiter | undefined {
    for (const waiters of this.levels) {
      const same = waiters.find((waiter) => sameWords(waiter.comment, comment))
      if (same) return same
    }
    return undefined
  }

  /** Shows each one to `take`, the most important first; those that it takes wait no longer. */
  take(take: (waiter: Waiter) => boolean): void {
    for (let level = LEVELS - 1; level >= 0; level--) {
      const waiters = this.levels[level]!
      let kept = 0
      for (const waiter of waiters) if (!take(waiter)) waiters[kept++] = waiter
      this.total -= waiters.length - kept
      waiters.length = kept
    }
  }

  clear(): void {
    for (const waiters of this.levels) waiters.length = 0
    this.total = 0
  }
}

export function sameWords(a: Comment, b: Comment): boolean {
  return a.text === b.text && (a.mode ?? 'scroll') === (b.mode ?? 'scroll')
}
