// How often something may be done: some at once, and then one for each period.
export interface Allowance {
  /** Milliseconds until the next one is free. */
  wait(): number
  /** May be taken when it is not free: then the following ones are later. */
  take(): void
}

export function createAllowance(burst: number, period: number): Allowance {
  /** When all of them would be free again. */
  let full = 0
  return {
    wait: () => Math.max(0, full - (burst - 1) * period - performance.now()),
    take: () => void (full = Math.max(full, performance.now()) + period),
  }
}
