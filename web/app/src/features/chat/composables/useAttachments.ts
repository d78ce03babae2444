// The files that wait in each conversation's composer: they stay, and go on being sent, while others are
// looked at. Owner: the page, which ends them with the person's line.
import { onScopeDispose } from 'vue'
import { useIdentity } from '@/shared/composables/useIdentity'
import { useOnce } from '@/shared/composables/usePageParley'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { createAttachments, type Attachments } from './attachments'
import { useByteWords } from './files'

export function useAttachments() {
  const server = useServerInfo().files
  const { token, name: me } = useIdentity()
  const sizeWords = useByteWords()
  return useOnce(makeAll, () => {
    const all = new Map<string, Attachments>()

    function of(channel: string): Attachments {
      const kept = all.get(channel) ?? createAttachments({ server, me, token, sizeWords })
      all.set(channel, kept)
      return kept
    }

    /** The conversation was left: nothing of it will be sent. */
    function drop(channel: string) {
      all.get(channel)?.removeAll()
      all.delete(channel)
    }

    onScopeDispose(() => [...all.keys()].forEach(drop))
    return { of, drop }
  })
}

const makeAll = Symbol('attachments')
