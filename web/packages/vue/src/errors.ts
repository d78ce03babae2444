// Every refusal as one type: a number, a stable name, words, and whether to try again.
// The numbers are those of docs/dialects/centrifuge.md; below 100 they are of the SDK itself.

/** Names of the codes that a caller may want to tell apart. */
const names: Record<number, string> = {
  1: 'timeout',
  2: 'connection_closed',
  3: 'disconnected',
  4: 'disconnected',
  7: 'unsubscribed',
  8: 'token_failed',
  10: 'connection_closed',
  11: 'connection_closed',
  100: 'overloaded',
  101: 'unauthorized',
  102: 'unknown_namespace',
  103: 'permission_denied',
  105: 'already_subscribed',
  106: 'too_many_channels',
  107: 'bad_request',
  108: 'not_available',
  109: 'token_expired',
  111: 'too_many_requests',
  112: 'unrecoverable_position',
  2000: 'unsubscribed',
}

/** The line's faults: the same call may succeed once it is up again. */
const passing = new Set([1, 2, 10, 11])

export interface ParleyErrorFields {
  code: number
  message: string
  temporary?: boolean
}

export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly code: number
  /** A stable word for the code, such as 'permission_denied'. */
  readonly reason: string
  /** The server says that the fault is a passing one. */
  readonly temporary: boolean
  /** The same call may succeed later: a passing fault of the server or of the line. */
  readonly retryable: boolean
  /** Where the code is explained, from the root of Parley's repository. */
  readonly docs: string

  constructor({ code, message, temporary = false }: ParleyErrorFields) {
    const reason = names[code] ?? 'unknown'
    super(message || reason)
    this.code = code
    this.reason = reason
    this.temporary = temporary
    this.retryable = temporary || passing.has(code)
    this.docs = code < 100 ? 'docs/vue.md#errors' : 'docs/dialects/centrifuge.md#codes'
  }
}

export const TIMEOUT = 1
export const DISCONNECTED = 3
export const UNSUBSCRIBED = 7
export const UNAUTHORIZED = 101
export const NOT_AVAILABLE = 108
export const UNRECOVERABLE = 112

/** What the SDK rejects with (a plain object with a code), or any other failure, as a ParleyError. */
export function toParleyError(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error
  const { code, message, temporary } = (error ?? {}) as Partial<ParleyErrorFields>
  if (typeof code === 'number') return new ParleyError({ code, message: message ?? '', temporary })
  return new ParleyError({ code: 0, message: message ?? String(error) })
}
