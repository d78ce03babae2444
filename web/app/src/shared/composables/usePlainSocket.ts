// A PlainSocket as reactive state. The page's good news (network back, tab visible) wakes the line.
// Owner: whoever creates it calls `stop`; nothing here depends on a component being mounted.
import { shallowRef, type ShallowRef } from 'vue'
import { PlainSocket, type LineEvent, type LineStatus } from '@/shared/api/plainSocket'

export interface Line {
  socket: PlainSocket
  status: ShallowRef<LineStatus>
  events: ShallowRef<LineEvent[]>
  start(): void
  stop(): void
}

export function usePlainSocket(url: string): Line {
  const socket = new PlainSocket(url)
  const status = shallowRef(socket.status)
  const events = shallowRef(socket.events)
  socket.on('status', (value) => (status.value = value))
  socket.on('events', (value) => (events.value = value))

  const wake = () => socket.wake()
  const wakeIfVisible = () => document.visibilityState === 'visible' && socket.wake()

  function start() {
    addEventListener('online', wake)
    addEventListener('offline', wake)
    document.addEventListener('visibilitychange', wakeIfVisible)
    socket.start()
  }

  function stop() {
    removeEventListener('online', wake)
    removeEventListener('offline', wake)
    document.removeEventListener('visibilitychange', wakeIfVisible)
    socket.stop()
  }

  return { socket, status, events, start, stop }
}
