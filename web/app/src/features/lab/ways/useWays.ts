// The comparison: one room, one publisher, four listeners. Asks the server first which ways it has.
import { onScopeDispose, reactive, ref } from 'vue'
import { fetchRoom, hasEventStream } from '@/shared/api/roomFeeds'
import { privateName, useLab } from '../useLab'
import { listeners } from './listeners'
import { createMeter, wayNames, type Meter, type WayName } from './meter'
import { startPublisher } from './publisher'

/** A server that knows long polling holds an empty answer back for as long as it is asked to. */
const PROBE_HOLD_MS = 400

export function useWays() {
  const lab = useLab()
  const running = ref(false)
  const perSecond = ref(1)
  const pollMs = ref(1000)
  const said = ref(0)
  const meters = reactive(
    Object.fromEntries(
      wayNames.map((name) => [name, createMeter(name === 'websocket' ? 'built' : 'asking')]),
    ),
  ) as Record<WayName, Meter>
  let endings: (() => void)[] = []

  const address = (room: string, leaf: string, query: Record<string, string> = {}) =>
    `${lab.path(room)}/${leaf}?${lab.identified('lab-reader', query)}`

  async function probe() {
    const room = privateName()
    const page = (query: Record<string, string>) => fetchRoom(address(room, 'messages', query))
    const events = hasEventStream(address(room, 'events'))
    const first = await page({})
    meters.polling.support = first ? 'built' : 'missing'
    const begun = performance.now()
    if (first) await page({ since: first.position, wait: String(PROBE_HOLD_MS) })
    const held = first !== null && performance.now() - begun >= PROBE_HOLD_MS
    meters.longPolling.support = held ? 'built' : 'missing'
    meters.sse.support = (await events) ? 'built' : 'missing'
  }

  function start() {
    stop()
    running.value = true
    said.value = 0
    const room = privateName()
    const query = { format: 'json', self: '0' }
    const publisher = startPublisher(
      lab.socketUrl(room, privateName(), query),
      () => perSecond.value,
      (count) => (said.value = count),
    )
    endings = [publisher.stop]
    for (const name of wayNames) {
      const meter = meters[name]
      meter.reset()
      if (meter.support !== 'built') continue
      const leaf = name === 'sse' ? 'events' : 'messages'
      const listening = {
        meter,
        address: (query?: Record<string, string>) => address(room, leaf, query),
        socketUrl: lab.socketUrl(room, privateName(), { format: 'json' }),
        pollMs: () => pollMs.value,
        hear: ({ data }: { data: unknown }) => {
          const age = publisher.age(data)
          if (age !== null) meter.hear(age)
        },
      }
      endings.push(listeners[name](listening))
    }
  }

  function stop() {
    endings.forEach((end) => end())
    endings = []
    running.value = false
  }

  // A way that turns out to be there joins in from the next start.
  probe().catch(() => {
    for (const name of wayNames)
      if (meters[name].support === 'asking') meters[name].support = 'missing'
  })
  onScopeDispose(stop)
  return { running, perSecond, pollMs, said, meters, start, stop }
}
