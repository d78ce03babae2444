// Two real lines that lose their server in the same moment; one waits four seconds each time, the other
// a random while that grows. Meanwhile the server may be "away": then attempts are refused in this page.
import { usePlainSocket } from '@parley/vue'
import { computed, ref, shallowRef } from 'vue'
import { sometimesAway } from '@/shared/api/lessonSockets'
import { privateName, useLab } from '../useLab'
import { attemptsSince } from './attempts'
import { plans } from './plans'

const SPAN_BEHIND_MS = 10_000

export function useRetryRace() {
  const { socketUrl, protocols } = useLab()
  const room = privateName()
  const awayMs = ref(8000)
  const race = shallowRef<{ droppedAt: number; awayMs: number } | null>(null)
  const websocket = sometimesAway(
    () => race.value !== null && Date.now() < race.value.droppedAt + race.value.awayMs,
  )

  const racers = (['fixed', 'jittered'] as const).map((name) => {
    const retry = plans[name]
    const url = socketUrl(room, privateName())
    const line = usePlainSocket(url, { protocols, retry, heartbeat: false, websocket })
    const attempts = computed(() =>
      race.value ? attemptsSince(line.events.value, race.value.droppedAt) : [],
    )
    return { name, line, attempts }
  })

  const ready = computed(() => racers.every(({ line }) => line.status.value.state === 'connected'))
  /** How much time the timeline shows: by then either plan has met the server again. */
  const spanMs = computed(() => (race.value?.awayMs ?? awayMs.value) + SPAN_BEHIND_MS)

  function dropBoth() {
    race.value = { droppedAt: Date.now(), awayMs: awayMs.value }
    for (const { line } of racers) line.drop()
  }

  return { awayMs, race, racers, ready, spanMs, dropBoth }
}

export type Racer = ReturnType<typeof useRetryRace>['racers'][number]
