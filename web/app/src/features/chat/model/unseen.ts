// What arrived while nobody looked, until the frame in which it is told: all of it at once, and only
// what still stands by then.
import type { Entry } from './entry'
import type { ChatMessage } from './types'

interface Hooks {
  isSeen(): boolean
  tell(messages: readonly ChatMessage[]): void
}

export class Unseen {
  private entries: Entry[] = []

  constructor(private readonly hooks: Hooks) {}

  arrived(entry: Entry): void {
    if (!entry.message.mine && !this.hooks.isSeen()) this.entries.push(entry)
  }

  tell(): void {
    const messages = this.entries.splice(0).map(({ message }) => message)
    const standing = messages.filter(({ deleted }) => !deleted)
    if (standing.length > 0 && !this.hooks.isSeen()) this.hooks.tell(standing)
  }
}
