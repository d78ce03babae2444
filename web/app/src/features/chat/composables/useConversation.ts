// What every part of an open conversation reaches: the conversation, and the page's verbs around it.
import { inject, provide, type InjectionKey } from 'vue'
import type { Chat, ChatFile, Conversation } from '../model'

export interface ConversationContext {
  chat: Chat
  conversation: Conversation
  /** Shows a message, from older pages if need be; false when it is out of reach. */
  jumpTo(id: string): Promise<boolean>
  reply(id: string): void
  edit(id: string): void
  /** Asks first. */
  remove(id: string): void
  viewImages(files: readonly ChatFile[], at: number): void
  /** Opens the conversation with one person. */
  writeTo(user: string): void
  focusComposer(): void
}

const key: InjectionKey<ConversationContext> = Symbol('conversation')

export function provideConversation(context: ConversationContext): void {
  provide(key, context)
}

export function useConversation(): ConversationContext {
  const context = inject(key)
  if (!context) throw new Error('not inside a conversation')
  return context
}
