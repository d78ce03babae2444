// The timed track: comments fly when the film comes to their moment, those of others who write now
// among them.
import { Track, type TimedComment } from '@parley/danmaku'
import type { Publication } from '@parley/vue'
import { shallowRef, type Ref } from 'vue'
import { createRefs } from '@/shared/api/refs'
import type { MediaClock } from './model/clock'
import { Ledger } from './model/ledger'
import {
  commentKey,
  hear,
  SEGMENT_MS,
  segmentOf,
  toDeletion,
  toWire,
  type HeardComment,
  type Look,
} from './model/wire'
import { newComment, SEND_MS, takingBack, type Source } from './source'
import type { Flow } from './useFlow'
import type { Screen } from './useScreen'
import { useSegments } from './useSegments'

/** The next segment is loaded when so much of this one is left. */
const AHEAD_MS = 20_000
const HEAT_PARTS = 90

type Moment = HeardComment & TimedComment

export interface TimedSource extends Source {
  /** How many comments are loaded, and how many of them in each part of the film. */
  size: Readonly<Ref<number>>
  heat: Readonly<Ref<readonly number[]>>
  /** The film goes on: call it with every frame. */
  follow(): void
  /** Comments of a file, for this page alone; says how many were new. */
  load(comments: readonly Moment[]): number
  /** All that is loaded, by its moments. */
  all(): readonly TimedComment[]
}

interface Film {
  readonly clock: MediaClock
  readonly duration: number
}

export function useTimedTrack(
  name: string,
  me: string,
  film: Film,
  screen: Screen,
  flow: Flow,
): TimedSource {
  const ledger = new Ledger()
  const nextRef = createRefs()
  const size = shallowRef(0)
  const heat = shallowRef<readonly number[]>([])
  const last = segmentOf(film.duration - 1)
  let counted = false
  let inUse = ''
  let seeks = 0

  const track = new Track({
    ...screen,
    emit(comment) {
      screen.emit(comment)
      flow.push(comment as Moment)
    },
    clear() {
      screen.clear()
      flow.clear()
    },
  })
  const segments = useSegments(name, (segment, publications) => {
    add(publications.flatMap((publication) => take(segment, publication)))
    // Deletions count when what they take back is there.
    for (const heard of publications.map(hear)) {
      if (heard?.kind === 'delete') ledger.taken(heard).forEach(drop)
    }
  })

  function take(segment: number, publication: Publication): Moment[] {
    const heard = hear(publication)
    if (heard?.kind !== 'comment') return []
    const { at, id } = heard.comment
    if (at === undefined || segmentOf(at) !== segment || !ledger.note(id)) return []
    return [{ ...heard.comment, at, own: publication.user === me }]
  }

  function add(comments: readonly Moment[]) {
    track.add(comments)
    if (comments.length > 0) recount()
  }

  /** Many changes in one turn are counted once. */
  function recount() {
    if (counted) return
    counted = true
    queueMicrotask(() => {
      counted = false
      size.value = track.size
      heat.value = track.heat(film.duration, HEAT_PARTS)
    })
  }

  function drop(key: string) {
    track.remove(key)
    screen.remove(key)
    flow.remove(key)
    recount()
  }

  function follow() {
    const { time, playing, rate } = film.clock
    if (film.clock.seeks !== seeks) track.seek(time)
    seeks = film.clock.seeks
    const now = segmentOf(time)
    // The film begins again at its end: the first segment follows the last one.
    const next = now === last ? 0 : now + 1
    const ahead = (now + 1) * SEGMENT_MS - time < AHEAD_MS
    const wanted = ahead ? [now, next] : [now]
    if (wanted.join() !== inUse) segments.keep(wanted)
    inUse = wanted.join()
    track.sync(time, playing, rate)
  }

  function compose(text: string, look: Look) {
    const id = nextRef()
    const key = commentKey(me, id)
    // Not rounded up: the film has not come to the next millisecond, and at its end there is none.
    const at = Math.floor(film.clock.time)
    return newComment({
      text,
      show() {
        if (ledger.note(key))
          add([{ id: key, text, ...look, user: me, own: true, time: Date.now(), at }])
      },
      publish: () => segments.publish(segmentOf(at), toWire(id, text, look, at), SEND_MS),
      drop: () => drop(key),
      retract: () => retract(key, at),
    })
  }

  async function retract(key: string, at: number) {
    await segments.publish(segmentOf(at), toDeletion(key, me), SEND_MS)
    drop(key)
  }

  const takeBack = ({ id, text, at = 0 }: HeardComment) => takingBack(text, () => retract(id, at))

  return {
    historyState: segments.state,
    error: segments.error,
    size,
    heat,
    follow,
    compose,
    takeBack,
    load(comments) {
      const fresh = comments.filter(({ id }) => ledger.note(id))
      add(fresh)
      return fresh.length
    },
    all: () => track.between(0, film.duration),
  }
}
