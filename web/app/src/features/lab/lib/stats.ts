// Figures of a series of measurements: the newest thousand count.
export interface Summary {
  min: number
  avg: number
  p95: number
}

const KEPT = 1000

export function addSample(samples: readonly number[], value: number): number[] {
  return [...samples.slice(1 - KEPT), value]
}

/** Null while there is nothing to say. p95 is the nearest rank: a value that was measured. */
export function summarize(samples: readonly number[]): Summary | null {
  if (samples.length === 0) return null
  const sorted = [...samples].sort((a, b) => a - b)
  const sum = sorted.reduce((total, value) => total + value, 0)
  return {
    min: sorted[0]!,
    avg: sum / sorted.length,
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1]!,
  }
}
