// The live room: a comment flies when it arrives. Those of the history, and those that were missed
// while the line was down, are listed; they do not fly.
import { useChannel, type ParleyError, type Publication, type Subscribed } from '@parley/vue'
import { shallowRef, watch } from 'vue'
import { createRefs } from '@/shared/api/refs'
import { Ledger } from './model/ledger'
import { commentKey, hear, toDeletion, toWire, type HeardComment, type Look } from './model/wire'
import { newComment, SEND_MS, takingBack, type Source } from './source'
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
  /** Where the stream ended when we came back to it: what comes from before is recovered. */
  let returned: Subscribed['position'] = null

  channel.onPublication((publication) => {
    const fresh = comments([publication])
    if (isRecovered(publication)) flow.insert(fresh)
    else fresh.forEach(fly)
    drop([publication])
  })
  channel.onSubscribed(({ gap, position }) => {
    returned = position
    if (gap) loaded = false
    if (!loaded) void loadHistory()
  })
  watch(channel.state, (state) => state === 'ended' && (historyState.value = 'none'))

  function isRecovered({ offset, epoch }: Publication) {
    return offset !== undefined && epoch === returned?.epoch && offset <= returned.offset
  }

  async function loadHistory() {
    later.stop()
    try {
      const { publications } = await channel.history({ limit: LISTED, reverse: true })
      flow.insert(comments(publications.reverse()))
      drop(publications)
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
  function drop(publications: readonly Publication[]) {
    for (const heard of publications.map(hear)) {
      if (heard?.kind === 'delete') ledger.taken(heard).forEach(remove)
    }
  }

  function remove(key: string) {
    screen.remove(key)
    flow.remove(key)
  }

  async function retract(key: string) {
    await channel.publish(toDeletion(key, me), { timeout: SEND_MS })
    remove(key)
  }

  function compose(text: string, look: Look) {
    const id = nextRef()
    const key = commentKey(me, id)
    return newComment({
      text,
      show() {
        if (ledger.note(key)) fly({ id: key, text, ...look, user: me, own: true, time: Date.now() })
      },
      publish: () => channel.publish(toWire(id, text, look), { timeout: SEND_MS }),
      drop: () => remove(key),
      retract: () => retract(key),
    })
  }

  const takeBack = ({ id, text }: HeardComment) => takingBack(text, () => retract(id))

  return { historyState, error: channel.error, compose, takeBack }
}
