// Says numbered messages into a room, and knows of each when it was said. Not part of any comparison:
// it is the somebody else whom the four ways hear. `stop` ends it.
import { usePlainSocket } from '@parley/vue'
import { privateName, type Lab } from '../useLab'

export interface Publisher {
  /** How long ago a message was said; null for one that is not ours. */
  age(data: unknown): number | null
  stop(): void
}

export function startPublisher(
  lab: Lab,
  room: string,
  perSecond: () => number,
  said: (count: number) => void,
): Publisher {
  const saidAt = new Map<number, number>()
  const url = lab.socketUrl(room, privateName(), { format: 'json', self: '0' })
  const { protocols } = lab
  const line = usePlainSocket<unknown, object>(url, { protocols, format: 'json', queue: 0 })
  let timer: ReturnType<typeof setTimeout> | undefined

  function say() {
    const n = saidAt.size + 1
    if (line.send({ data: { n } })) {
      saidAt.set(n, performance.now())
      said(n)
    }
    timer = setTimeout(say, 1000 / perSecond())
  }

  line.start()
  say()

  return {
    age(data) {
      const at = saidAt.get((data as { n?: number } | null)?.n ?? 0)
      return at === undefined ? null : performance.now() - at
    },
    stop() {
      clearTimeout(timer)
      line.stop()
    },
  }
}
