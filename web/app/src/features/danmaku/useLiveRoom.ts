// The live room: a comment flies when it arrives. Those of the history are listed, they do not fly.
import { useChannel, type ParleyError, type Publication } from '@parley/vue'
import { shallowRef } from 'vue'
import { createRefs } from '@/shared/api/refs'
import { Ledger } from './model/ledger'
import { commentKey, hear, toWire, type HeardComment, type Look } from './model/wire'
import { SEND_MS, type Source } from './source'
import type { Flow } from './useFlow'
import { useLater } from './useLater'
import type { Screen } from './useScreen'

const LISTED = 50

export function useLiveRoom(name: string, me: string, screen: Screen, flow: Flow): Source {
  const channel = useChannel(name)
  const ledger = new Ledger()
  const nextRef = createRefs()
  const historyState = shallowRef<'loading' | 'ready' | 'none'>('loading')
  const later = useLater(() => channel.state.value === 'subscribed' && loadHistory())
  let loaded = false

  channel.onPublication((publication) => {
    for (const comment of comments([publication])) fly(comment)
    takeBack([publication])
  })
  channel.onSubscribed(({ gap }) => {
    if (gap) loaded = false
    if (!loaded) void loadHistory()
  })

  async function loadHistory() {
    later.stop()
    try {
      const { publications } = await channel.history({ limit: LISTED, reverse: true })
      flow.insert(comments(publications.reverse()))
      takeBack(publications)
      loaded = true
      historyState.value = 'ready'
    } catch (reason) {
      // What passes is asked for again, at the latest when a lost line is back.
      if ((reason as ParleyError).retryable) later.start()
      else historyState.value = 'none'
    }
  }

  /** The new ones. */
  function comments(publications: readonly Publication[]): HeardComment[] {
    return publications.flatMap((publication) => {
      const heard = hear(publication)
      if (heard?.kind !== 'comment' || !ledger.note(heard.comment.id)) return []
      return [{ ...heard.comment, own: publication.user === me }]
    })
  }

  function fly(comment: HeardComment) {
    flow.push(comment)
    screen.emit(comment)
  }

  /** Deletions count when what they take back is there. */
  function takeBack(publications: readonly Publication[]) {
    for (const heard of publications.map(hear)) {
      if (heard?.kind === 'delete') ledger.taken(heard).forEach(drop)
    }
  }

  function drop(key: string) {
    screen.remove(key)
    flow.remove(key)
  }

  function compose(text: string, look: Look) {
    const id = nextRef()
    const key = commentKey(me, id)
    return {
      text,
      async send() {
        if (ledger.note(key)) {
          fly({ id: key, text, ...look, user: me, own: true, time: Date.now() })
        }
        await channel.publish(toWire(id, text, look), { timeout: SEND_MS })
      },
      discard: () => drop(key),
    }
  }

  return { historyState, error: channel.error, compose }
}
