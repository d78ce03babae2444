// What a conversation takes from the chat that it is in, and tells it.
import type { Talk } from './conversation'
import type { Perspective } from './entry'
import type { Place } from './span'
import type { ChatStorage } from './storage'
import type { ChatMessage } from './types'
import type { Wire } from './wire'

export interface Surroundings {
  eyes: Perspective
  wire: Wire
  storage: ChatStorage
  newId(): string
  maxBytes: number
  isVisible(): boolean
  /**
   * A message of a dialog is about to go out: the other one should know where. Before it goes, as the page
   * may go before the answer; then the message would be there, and nobody invited to it.
   */
  writes(conversation: Talk): void
  /** Something was published, by the server's clock. */
  heard(time: number | undefined): void
  read(conversation: Talk, place: Place): void
  /** Taken for read in this browser; others are not told what nobody has seen. */
  guessed(conversation: Talk, place: Place): void
  unseen(conversation: Talk, messages: readonly ChatMessage[]): void
  changed(): void
}
