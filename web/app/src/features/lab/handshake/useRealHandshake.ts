// A real connection, opened to be looked at: what the browser tells of its handshake, and how long it took.
import { onScopeDispose, shallowRef } from 'vue'
import { openSocket } from '@/shared/api/lessonSockets'
import { privateName, useLab } from '../useLab'

export interface RealHandshake {
  state: 'opening' | 'open' | 'failed'
  url: string
  ms: number
  protocol: string
  extensions: string
  code: number
}

export function useRealHandshake() {
  const { socketUrl, protocols } = useLab()
  const real = shallowRef<RealHandshake | null>(null)
  let socket: WebSocket | null = null

  function open() {
    close()
    const url = socketUrl(privateName(), privateName())
    const begun = performance.now()
    const opening = (socket = openSocket(url, protocols))
    const tell = (state: RealHandshake['state'], code = 0) => {
      const { protocol, extensions } = opening
      real.value = { state, url, ms: performance.now() - begun, protocol, extensions, code }
    }
    tell('opening')
    opening.onopen = () => tell('open')
    opening.onclose = ({ code }) => tell('failed', code)
  }

  function close() {
    if (!socket) return
    socket.onopen = socket.onclose = null
    socket.close(1000)
    socket = null
  }

  onScopeDispose(close)
  return { real, open }
}
