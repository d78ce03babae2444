// The chat, for everything below the page.
import { inject, provide, type InjectionKey } from 'vue'
import type { Chat } from '../model'

const key: InjectionKey<Chat> = Symbol('chat')

export function provideChat(chat: Chat): void {
  provide(key, chat)
}

export function useChat(): Chat {
  const chat = inject(key)
  if (!chat) throw new Error('not inside the chat')
  return chat
}
