// The chat's model, as the components know it. `usePageChat()` gives the chat of whoever is signed in: one
// for the page, made when a page first asks for it and kept while others are looked at.
import { useParley } from '@parley/vue'
import { onScopeDispose } from 'vue'
import { useIdentity } from '@/shared/composables/useIdentity'
import { useOnce } from '@/shared/composables/usePageParley'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { createChat } from './chat'
import type { Chat } from './types'
import { wireOf } from './wire'

export type * from './types'
export { problemKeys } from './problems'
export { MAX_FILES, MAX_TEXT } from './schema'

export function usePageChat(): Chat {
  const parley = useParley()
  const { limits } = useServerInfo()
  const { name } = useIdentity()
  return useOnce(makeChat, () => {
    const chat = createChat(wireOf(parley), { me: name.value, maxBytes: limits.message_bytes })
    onScopeDispose(() => chat.stop())
    return chat
  })
}

const makeChat = Symbol('chat')
