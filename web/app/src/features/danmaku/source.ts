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

interface Steps {
  text: string
  /** Here, once, before it goes out. */
  show(): void
  publish(): Promise<unknown>
  drop(): void
  /** On the server, then here. */
  retract(): Promise<void>
}

/** What was sent may be there though no answer came: who throws it away takes it back there, too. */
export function newComment({ text, show, publish, drop, retract }: Steps): Outgoing {
  let sent = false
  return {
    text,
    async send() {
      sent = true
      show()
      await publish()
    },
    discard() {
      drop()
      if (sent) retract().catch(() => {})
    },
  }
}

/** Nothing of it is seen before the server has it, so there is nothing to throw away. */
export const takingBack = (text: string, retract: () => Promise<void>): Outgoing => ({
  text,
  send: retract,
  discard: () => {},
})

/** Longer than that a comment is not worth waiting for. */
export const SEND_MS = 5000
