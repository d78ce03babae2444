// The comparison: one room, one publisher, four listeners, as many of them as the server has ways.
import { onScopeDispose, ref, watch } from 'vue'
import { privateName, useLab } from '../useLab'
import { listeners } from './listeners'
import { createMeter, wayNames, type Meter, type WayName } from './meter'
import { startPublisher } from './publisher'
import { slowLine } from './slowLine'

export function useWays() {
  const lab = useLab()
  const running = ref(false)
  const perSecond = ref(1)
  const pollMs = ref(1000)
  /** What the line of the listeners is slower by, there and back. */
  const moreMs = ref(0)
  const said = ref(0)
  const meters = Object.fromEntries(wayNames.map((name) => [name, createMeter()])) as Record<
    WayName,
    Meter
  >
  // Polling and the WebSocket are older than this page; of the others /app.json names the path.
  const built: Record<WayName, boolean> = {
    polling: true,
    longPolling: !!lab.info.paths.poll,
    sse: !!lab.info.paths.sse,
    websocket: true,
  }
  let endings: (() => void)[] = []

  function start() {
    stop()
    running.value = true
    said.value = 0
    const room = privateName()
    const publisher = startPublisher(
      lab,
      room,
      () => perSecond.value,
      (count) => (said.value = count),
    )
    const line = slowLine(moreMs.value / 2)
    endings = [publisher.stop, line.end]
    for (const name of wayNames.filter((way) => built[way])) {
      const meter = meters[name]
      meter.reset()
      const hear = ({ data }: { data: unknown }) => {
        const age = publisher.age(data)
        if (age !== null) meter.hear(age)
      }
      endings.push(listeners[name]({ meter, lab, room, line, pollMs: () => pollMs.value, hear }))
    }
  }

  function stop() {
    endings.forEach((end) => end())
    endings = []
    running.value = false
  }

  // Figures of two lines are not one comparison.
  watch(moreMs, () => running.value && start())
  onScopeDispose(stop)
  return { running, perSecond, pollMs, moreMs, said, meters, built, start, stop }
}
