// Opens a real connection, has it ended in the way asked for, and tells what arrived.
import { isRetryableCode } from '@parley/vue'
import { onScopeDispose, shallowReactive } from 'vue'
import { openSocket } from '@/shared/api/lessonSockets'
import { callServer } from '@/shared/api/serverApi'
import { privateName, useLab, type Lab } from '../useLab'

export interface Observed {
  state: 'waiting' | 'closed' | 'failed'
  code?: number
  reason?: string
  clean?: boolean
  comesBack?: boolean
  words?: string
}

/** A connection that stands, and what is needed to end it. */
interface Standing {
  socket: WebSocket
  lab: Lab
  room: string
  user: string
  client: string
}

type End = (standing: Standing) => void | Promise<void>

export interface OwnCode {
  code: number
  reason: string
}

const LESSON = 'lesson'

const ends: Record<number, End> = {
  1000: ({ socket }) => socket.close(1000, LESSON),
  1005: ({ socket }) => socket.close(),
  1009: ({ socket, lab }) => socket.send('x'.repeat(lab.info.limits.message_bytes + 1)),
  4002: (standing) => call(standing, 'refresh', { expired: true }),
  4003: (standing) => call(standing, 'unsubscribe', { channel: standing.room }),
  4005: (standing) => endByBackEnd({ code: 4005, reason: 'reconnect' })(standing),
}

export const endByYou =
  ({ code, reason }: OwnCode): End =>
  ({ socket }) =>
    socket.close(code, reason)

export const endByBackEnd =
  (disconnect: OwnCode): End =>
  (standing) =>
    call(standing, 'disconnect', { disconnect })

function call({ lab, user, client }: Standing, method: string, params: object): Promise<void> {
  return callServer(lab.info.api_key ?? '', method, { user, client, ...params })
}

export function useCloseCodes() {
  const lab = useLab()
  const observed = shallowReactive(new Map<number | 'own', Observed>())
  const open = new Set<WebSocket>()

  /** 1006 is what a refused handshake looks like: the namespace of this room does not exist. */
  const trigger = (code: number) =>
    code === 1006 ? watchEnd(code, 'nowhere:lab') : watchEnd(code, privateName(), ends[code])
  const triggerOwn = (end: End) => watchEnd('own', privateName(), end)

  function watchEnd(row: number | 'own', room: string, end?: End) {
    const user = privateName()
    const socket = openSocket(lab.socketUrl(room, user, { format: 'json' }), lab.protocols)
    open.add(socket)
    observed.set(row, { state: 'waiting' })
    socket.onmessage = ({ data }) => {
      socket.onmessage = null
      const client = (JSON.parse(data as string) as { id: string }).id
      Promise.resolve(end?.({ socket, lab, room, user, client })).catch((error: Error) =>
        fail(error.message),
      )
    }
    socket.onclose = ({ code, reason, wasClean: clean }) => {
      open.delete(socket)
      observed.set(row, { state: 'closed', code, reason, clean, comesBack: isRetryableCode(code) })
    }

    function fail(words: string) {
      socket.onclose = null
      socket.close()
      observed.set(row, { state: 'failed', words })
    }
  }

  onScopeDispose(() => {
    for (const socket of open) {
      socket.onclose = socket.onmessage = null
      socket.close()
    }
  })

  return { observed, trigger, triggerOwn, hasKey: !!lab.info.api_key }
}
