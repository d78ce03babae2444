// Everything of one show in one mode, for the components of its page. Made anew when name or mode
// change, so that nothing of the old one stays.
import { useConnection, usePresence, type ConnectionHandle } from '@parley/vue'
import { inject, provide, type InjectionKey, type Ref } from 'vue'
import { useIdentity } from '@/shared/composables/useIdentity'
import type { Source } from './source'
import { useChoices, type ChoicesState } from './useChoices'
import { useEmitter, type Emitter } from './useEmitter'
import { useFilm, type Film } from './useFilm'
import { useFlow, type Flow } from './useFlow'
import { useLiveRoom } from './useLiveRoom'
import { useScreen, type Screen } from './useScreen'
import { useStress } from './useStress'
import { useTimedTrack, type TimedSource } from './useTimedTrack'

export type TheatreMode = 'live' | 'timed'

export interface Theatre extends ChoicesState {
  name: string
  mode: TheatreMode
  me: string
  film: Film
  screen: Screen
  flow: Flow
  source: Source
  /** Of a timed track; null for a live room. */
  timed: TimedSource | null
  emitter: Emitter
  /** People in the room, and whether that is known. */
  viewers: Readonly<Ref<number>>
  connection: ConnectionHandle
  /** Invented comments a second. */
  load: Ref<number>
}

const key: InjectionKey<Theatre> = Symbol('theatre')

export function createTheatre(
  name: string,
  mode: TheatreMode,
  host: () => HTMLElement | null,
): Theatre {
  const me = useIdentity().name.value
  const screen = useScreen(host)
  const flow = useFlow()
  const film = useFilm(mode === 'live', !screen.still.value)
  const timed = mode === 'timed' ? useTimedTrack(name, me, film, screen, flow) : null
  const source = timed ?? useLiveRoom(name, me, screen, flow)
  if (timed) film.onFrame(timed.follow)
  const theatre: Theatre = {
    ...useChoices(),
    name,
    mode,
    me,
    film,
    screen,
    flow,
    source,
    timed,
    emitter: useEmitter(source),
    viewers: usePresence(name).count,
    connection: useConnection(),
    load: useStress(film, screen, flow).load,
  }
  provide(key, theatre)
  return theatre
}

export function useTheatre(): Theatre {
  const theatre = inject(key)
  if (!theatre) throw new Error('useTheatre: not in a danmaku page')
  return theatre
}
