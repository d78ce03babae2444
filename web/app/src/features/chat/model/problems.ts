// Why something was not done, in words of the chat: each key stands below `chat.problem` in the
// locales. Errors of the wire are told apart here and nowhere else.
import type { Problem } from './types'

export const problemKeys = [
  /** The text is longer than {max} characters. */
  'tooLong',
  /** More than the server takes at once, {max} bytes. */
  'tooBig',
  /** More than {max} files. */
  'tooManyFiles',
  /** {max} messages wait already. */
  'queueFull',
  /** Publishing here is not allowed. */
  'notAllowed',
  /** Reading here is not allowed. */
  'noEntry',
  /** No such kind of room: the namespace of {channel} is not configured. */
  'unknownNamespace',
  /** No room can have the name {channel}. */
  'badName',
  /** In more than {max} conversations at once. */
  'tooManyChannels',
  /** The server did not answer {tries} times. */
  'unanswered',
  /** Written long ago and never sent: the user decides. */
  'stale',
  /** What should be edited is not there, or not one's own. */
  'notYours',
  /** The server has put us out: {message}. */
  'ended',
  /** Anything else: {code}, {message}. */
  'refused',
] as const

export type ProblemKey = (typeof problemKeys)[number]

export function problem(key: ProblemKey, values: Problem['values'] = {}): Problem {
  return { key, values }
}

/** What a refusal of the server looks like; codes as in docs/dialects/centrifuge.md. */
export interface WireError {
  code: number
  message: string
  temporary: boolean
  /** A passing fault: of the server, or of the line. */
  retryable: boolean
}

export const TIMED_OUT = 1
const UNKNOWN_NAMESPACE = 102
const PERMISSION_DENIED = 103
const TOO_MANY_CHANNELS = 106
const BAD_REQUEST = 107
/** Below this a code is the SDK's own: the line, not the server. */
const FIRST_OF_SERVER = 100

export function toWireError(error: unknown): WireError {
  const { code = 0, message = String(error), ...rest } = (error ?? {}) as Partial<WireError>
  const temporary = rest.temporary === true
  return { code, message, temporary, retryable: rest.retryable ?? temporary }
}

/** The line broke or is not there: nobody knows whether the server heard. */
export function isOfLine({ code }: WireError): boolean {
  return code < FIRST_OF_SERVER
}

export function publishProblem({ code, message }: WireError, channel: string): Problem {
  if (code === PERMISSION_DENIED) return problem('notAllowed')
  if (code === UNKNOWN_NAMESPACE) return problem('unknownNamespace', { channel })
  return problem('refused', { code, message })
}

export function subscribeProblem({ code, message }: WireError, channel: string): Problem {
  switch (code) {
    case PERMISSION_DENIED:
      return problem('noEntry')
    case UNKNOWN_NAMESPACE:
      return problem('unknownNamespace', { channel })
    case BAD_REQUEST:
      return problem('badName', { channel })
    case TOO_MANY_CHANNELS:
      return problem('tooManyChannels', { max: 128 })
    default:
      return code >= 2000 && code < 3000
        ? problem('ended', { message })
        : problem('refused', { code, message })
  }
}
