// A promise with an end: by time, or by the caller's signal. What it waited for goes on unheard.
import { ParleyError, TIMEOUT } from './errors'

export interface Patience {
  /** Milliseconds; default 15,000. `Infinity` waits as long as it takes. */
  timeout?: number
  /** Rejects with the signal's reason. */
  signal?: AbortSignal
}

export const PATIENCE_MS = 15_000

export type Timer = ReturnType<typeof setTimeout>

/** The longest time that a timer takes, 24 days; one that is set to more goes off at once. */
export const LONGEST_MS: number = 2 ** 31 - 1

/** `setTimeout` for any time, Infinity too. */
export function after(ms: number, work: () => void): Timer {
  return setTimeout(work, Math.min(ms, LONGEST_MS))
}

export function within<T>(
  work: Promise<T>,
  { timeout = PATIENCE_MS, signal }: Patience,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = new ParleyError({ code: TIMEOUT, message: `no answer within ${timeout} ms` })
    const timer = after(timeout, () => end(() => reject(late)))
    const abort = () => end(() => reject(signal?.reason))
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      settle()
    }
    signal?.addEventListener('abort', abort)
    work.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    )
  })
}
