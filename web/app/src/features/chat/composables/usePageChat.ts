// The chat of whoever is signed in: one for the page, made when a page first asks for it and kept while
// others are looked at. So is what it says to somebody who looks elsewhere.
import { useParley } from '@parley/vue'
import { onScopeDispose } from 'vue'
import { useIdentity } from '@/shared/composables/useIdentity'
import { useOnce } from '@/shared/composables/usePageParley'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { createChat, wireOf, type Chat } from '../model'
import { useNotifier } from './useNotifier'

const makeChat = Symbol('chat')

export function usePageChat(): Chat {
  const parley = useParley()
  const { limits } = useServerInfo()
  const { name } = useIdentity()
  return useOnce(makeChat, () => {
    const chat = createChat(wireOf(parley), { me: name.value, maxBytes: limits.message_bytes })
    onScopeDispose(() => chat.stop())
    useNotifier(chat)
    return chat
  })
}
