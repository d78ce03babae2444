// Every close code that a page may meet: who sends it, whether to come back, and how to see it here.
// docs/dialects/plain.md ("How it ends") is the source for what Parley sends.

/** `need`: what has to happen to see it. 'self': this page alone; 'key': the key of a demo; 'never': not from here. */
export type Need = 'self' | 'key' | 'never'
export type Who = 'you' | 'server' | 'either' | 'browser' | 'backend'
export type Again = 'no' | 'yes' | 'later' | 'token' | 'since' | 'plain'

export interface CloseCode {
  code: number
  who: Who
  again: Again
  need: Need
}

const code = (code: number, who: Who, again: Again, need: Need): CloseCode => ({
  code,
  who,
  again,
  need,
})

export const closeCodes: CloseCode[] = [
  code(1000, 'either', 'no', 'self'),
  code(1005, 'browser', 'no', 'self'),
  code(1006, 'browser', 'yes', 'self'),
  code(1009, 'server', 'no', 'self'),
  code(4002, 'server', 'token', 'key'),
  code(4003, 'backend', 'no', 'key'),
  code(4005, 'backend', 'yes', 'key'),
  code(1001, 'either', 'yes', 'never'),
  code(1002, 'either', 'no', 'never'),
  code(1003, 'either', 'no', 'never'),
  code(1007, 'either', 'no', 'never'),
  code(1008, 'server', 'later', 'never'),
  code(1010, 'you', 'no', 'never'),
  code(1011, 'server', 'later', 'never'),
  code(1012, 'server', 'yes', 'never'),
  code(1013, 'server', 'later', 'never'),
  code(1015, 'browser', 'plain', 'never'),
  code(4001, 'server', 'yes', 'never'),
  code(4004, 'server', 'since', 'never'),
]

export const tryable = closeCodes.filter(({ need }) => need !== 'never')
export const outOfReach = closeCodes.filter(({ need }) => need === 'never')

/** The codes that are free for applications. */
export const FIRST_OWN = 3000
export const LAST_OWN = 4999
/** A reason of a close frame has at most so many bytes. */
export const REASON_BYTES = 123

export const isOwnCode = (code: number): boolean =>
  Number.isInteger(code) && code >= FIRST_OWN && code <= LAST_OWN
