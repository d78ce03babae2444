// What this browser remembers of a user's chat: the conversations, drafts, and what is not sent yet.
// Storage may be blocked, full, or hold the rubbish of another version: then less is remembered, and
// nothing fails. Windows of one browser share it, so each changes only what it means to.
import type { Outgoing } from './outbox'
import type { Place } from './span'
import { problem, problemKeys, type ProblemKey } from './problems'
import { readQuote, readRoom } from './schema'
import type { Draft, Notify, Problem } from './types'

/** What waits longer than this is not sent without asking. */
export const FRESH_MS = 12 * 3_600_000

/** Places that were left are remembered, so that old invitations do not bring them back. */
const LEFT_KEPT = 200

export interface Known {
  channel: string
  notify: Notify
  /** Read up to there, as far as this browser knows. */
  read: Place | null
  /** When it was opened or heard of last. */
  at: number
  /** Not only joined because somebody invited. */
  opened?: boolean
  /** When it was left, by the server's clock; invitations before count no more. */
  leftAt?: number
}

export const unknown = (channel: string): Known => ({
  channel,
  notify: 'all',
  read: null,
  at: Date.now(),
})

export interface Waiting {
  key: string
  data: Outgoing['data']
  at: number
  problem: Problem | null
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Remembered as long as the page lives, then.
  }
}

const isPlace = (value: unknown): value is Place =>
  isFields(value) && typeof value.epoch === 'string' && typeof value.offset === 'number'

const LEVELS: readonly Notify[] = ['all', 'mentions', 'none']

const isKnown = (value: unknown): value is Known =>
  isFields(value) &&
  typeof value.channel === 'string' &&
  typeof value.at === 'number' &&
  LEVELS.includes(value.notify as Notify) &&
  (value.read === null || isPlace(value.read))

const isProblem = (value: unknown): value is Problem =>
  isFields(value) && problemKeys.includes(value.key as ProblemKey) && isFields(value.values)

/** As a reader of the channel would take it: what it cannot read is not sent, either. */
const isWaiting = (value: unknown): value is Waiting =>
  isFields(value) &&
  typeof value.key === 'string' &&
  typeof value.at === 'number' &&
  (value.problem === null || isProblem(value.problem)) &&
  isFields(value.data) &&
  typeof value.data.id === 'string' &&
  ['message', 'edit', 'delete', 'reaction'].includes(value.data.type as string) &&
  readRoom({ data: value.data, user: '', epoch: '', id: value.key }) !== null

const readText = ({ text, reply }: Fields) => ({
  text: typeof text === 'string' ? text : '',
  reply: readQuote(reply),
})

function readDraft(value: unknown): Draft {
  const { editing, replaced, ...rest } = isFields(value) ? value : {}
  return {
    ...readText(rest),
    editing: typeof editing === 'string' ? editing : null,
    ...(isFields(replaced) ? { replaced: readText(replaced) } : {}),
  }
}

export class ChatStorage {
  constructor(private readonly me: string) {}

  private key(what: string, channel = ''): string {
    return ['parley.chat', what, this.me, channel].filter(Boolean).join('/')
  }

  /** Null on the first visit. */
  conversations(): Known[] | null {
    const known = read(this.key('rooms'))
    return Array.isArray(known) ? known.filter(isKnown) : null
  }

  /** Only what changed here; another window may have changed all the rest. */
  keepConversations(changes: ReadonlyMap<string, Partial<Known>>): void {
    const known = new Map((this.conversations() ?? []).map((one) => [one.channel, one]))
    for (const [channel, change] of changes) {
      known.set(channel, { ...(known.get(channel) ?? unknown(channel)), ...change })
    }
    const left = [...known.values()].filter(({ leftAt }) => leftAt !== undefined)
    for (const { channel } of left.slice(0, -LEFT_KEPT)) known.delete(channel)
    write(this.key('rooms'), [...known.values()])
  }

  draft(channel: string): Draft {
    return readDraft(read(this.key('draft', channel)))
  }

  keepDraft(channel: string, draft: Draft): void {
    const { text, reply, editing } = draft
    write(this.key('draft', channel), text || reply || editing ? draft : null)
  }

  waiting(channel: string, now = Date.now()): Waiting[] {
    return this.stored(channel).map((one) => ({
      ...one,
      problem: one.problem ?? (now - one.at > FRESH_MS ? problem('stale') : null),
    }))
  }

  /** `gone` are those that this window had and has no more. */
  keepWaiting(channel: string, waiting: readonly Waiting[], gone: ReadonlySet<string>): void {
    const mine = new Map(waiting.map((one) => [one.key, one]))
    const others = this.stored(channel).filter(({ key }) => !gone.has(key) && !mine.has(key))
    const all = [
      ...others,
      ...waiting.map(({ key, data, at, problem }) => ({ key, data, at, problem })),
    ]
    write(this.key('waiting', channel), all.length > 0 ? all : null)
  }

  private stored(channel: string): Waiting[] {
    const waiting = read(this.key('waiting', channel))
    return Array.isArray(waiting) ? waiting.filter(isWaiting) : []
  }

  forget(channel: string): void {
    for (const what of ['draft', 'waiting']) write(this.key(what, channel), null)
  }
}
