// Publications of one channel, for tests of what is made of them.
import type { Publication } from '../schema'

export interface Told {
  user?: string
  /** A back end has no publisher. */
  backend?: boolean
  epoch?: string
  time?: number
}

export function pub(offset: number | undefined, data: unknown, told: Told = {}): Publication {
  const { user = 'ann', backend = false, epoch = 'e1', time = 1_000_000 + (offset ?? 0) } = told
  const info = backend ? undefined : {}
  return { data, user: backend ? '' : user, info, offset, epoch, id: `${epoch}-${offset}`, time }
}

export const message = (id: string, text = id, more: object = {}) => ({
  type: 'message',
  id,
  text,
  ...more,
})
export const edit = (id: string, text: string) => ({ type: 'edit', id, text })
export const remove = (id: string) => ({ type: 'delete', id })
export const reaction = (id: string, emoji: string, on = true) => ({
  type: 'reaction',
  id,
  emoji,
  on,
})
