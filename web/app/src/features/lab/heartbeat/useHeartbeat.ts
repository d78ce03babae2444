// The lab's line as a heartbeat: its beats, its silences, and in one word how it stands.
import type { LineEvent } from '@parley/vue'
import { computed } from 'vue'
import { useNow } from '@/shared/composables/useNow'
import { summarize } from '../lib/stats'
import { useLabLine } from '../useLabLine'
import { pairBeats, silences } from './beats'

/** waiting: given up after a silence. lost: for another reason, such as a server that goes down. */
export type HeartbeatPhase =
  'beating' | 'frozen' | 'silent' | 'waiting' | 'lost' | 'connecting' | 'ended'

export function useHeartbeat() {
  const line = useLabLine()
  const now = useNow(250)
  const beats = computed(() => pairBeats(line.frames.value))
  const quiet = computed(() => silences(beats.value, line.events.value))
  const figures = computed(() => summarize(beats.value.flatMap(roundTrip)))
  const answered = computed(() => beats.value.filter((beat) => beat.answeredAt !== null).length)

  const phase = computed<HeartbeatPhase>(() => {
    const { state } = line.status.value
    if (state === 'waiting') return isSilent(line.events.value) ? 'waiting' : 'lost'
    if (state === 'connecting') return state
    if (state !== 'connected') return 'ended'
    if (!line.frozen.value) return 'beating'
    return beats.value.at(-1)?.answeredAt === null ? 'silent' : 'frozen'
  })

  /** For the words of the phase: how long it has been silent, or how long until the next attempt. */
  const seconds = computed(() => {
    const { retryAt } = line.status.value
    const since = beats.value.at(-1)?.sentAt ?? now.value
    const ms = retryAt !== null ? retryAt - now.value : now.value - since
    return Math.max(0, ms / 1000)
  })

  return { line, beats, quiet, figures, answered, phase, seconds }
}

const isSilent = (events: readonly LineEvent[]) => events.at(-1)?.loss === 'silent'

const roundTrip = ({ sentAt, answeredAt }: { sentAt: number; answeredAt: number | null }) =>
  answeredAt === null ? [] : [answeredAt - sentAt]
