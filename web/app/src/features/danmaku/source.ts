// Where comments come from and go to: a live room or a timed track. Both feed the screen and the flow
// by themselves; the page only sends.
import type { ParleyError } from '@parley/vue'
import type { Ref } from 'vue'
import type { HeardComment, Look } from './model/wire'

export interface Source {
  /** "none": the server keeps none, or does not show it to us. */
  historyState: Readonly<Ref<'loading' | 'ready' | 'none'>>
  /** Why nothing arrives: the channel was refused. */
  error: Readonly<Ref<ParleyError | null>>
  /** The comment as it will be sent, again and again with the same name and moment. */
  compose(text: string, look: Look): Outgoing
  /** The same for taking back an own comment. */
  takeBack(comment: HeardComment): Outgoing
}

export interface Outgoing {
  text: string
  /** Shows it at once, and resolves when the server has it. */
  send(): Promise<void>
  /** Away with it; and if it has got there all the same, there, too. */
  discard(): void
}

/** Longer than that a comment is not worth waiting for. */
export const SEND_MS = 5000
