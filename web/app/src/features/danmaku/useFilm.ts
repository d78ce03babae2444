// The player of the built-in show: its clock as state for buttons and the seek bar, and one frame loop
// that draws the picture and moves whatever follows it.
import { onScopeDispose, ref, type Ref } from 'vue'
import { FilmClock, liveClock, type MediaClock } from './model/clock'

/** How often the seek bar moves. */
const SHOWN_MS = 200

export interface Film {
  live: boolean
  clock: MediaClock
  duration: number
  /** For display: it moves a few times a second. */
  time: Readonly<Ref<number>>
  playing: Readonly<Ref<boolean>>
  rate: Readonly<Ref<number>>
  toggle(): void
  seek(time: number): void
  setRate(rate: number): void
  /** Runs with every frame. */
  onFrame(run: () => void): void
}

export function useFilm(live: boolean, autoplay: boolean): Film {
  const own = new FilmClock()
  const clock: MediaClock = live ? liveClock : own
  const time = ref(clock.time)
  const playing = ref(clock.playing)
  const rate = ref(clock.rate)
  const runs: (() => void)[] = []
  let shownAt = 0
  let request = requestAnimationFrame(frame)
  onScopeDispose(() => cancelAnimationFrame(request))
  if (!live && autoplay) toggle()

  function frame(now: number) {
    request = requestAnimationFrame(frame)
    for (const run of runs) run()
    if (now - shownAt < SHOWN_MS) return
    shownAt = now
    time.value = clock.time
  }

  function toggle() {
    if (live) return
    if (own.playing) own.pause()
    else own.play()
    playing.value = own.playing
  }

  function seek(to: number) {
    if (live) return
    own.seek(to)
    time.value = own.time
    // At once: with the next frame the film would be past this very moment.
    for (const run of runs) run()
  }

  function setRate(next: number) {
    if (live) return
    own.setRate(next)
    rate.value = next
  }

  return {
    live,
    clock,
    duration: own.duration,
    time,
    playing,
    rate,
    toggle,
    seek,
    setRate,
    onFrame: (run) => void runs.push(run),
  }
}
