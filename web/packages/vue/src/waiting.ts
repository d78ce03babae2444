// A promise with an end: by time, or by the caller's signal. What it waited for goes on unheard.
import { ParleyError, TIMEOUT } from './errors'

export interface Patience {
  /** Milliseconds; default 15,000. */
  timeout?: number
  /** Rejects with the signal's reason. */
  signal?: AbortSignal
}

export const PATIENCE_MS = 15_000

export function within<T>(
  work: Promise<T>,
  { timeout = PATIENCE_MS, signal }: Patience,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = new ParleyError({ code: TIMEOUT, message: `no answer within ${timeout} ms` })
    const timer = setTimeout(() => end(() => reject(late)), timeout)
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
