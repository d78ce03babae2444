// The lab's own line: a plain socket into a private room, with a heartbeat every three seconds. The
// heartbeat lesson draws it, the frame lesson lists what it carries, the page's pill shows its state.
import { usePlainSocket, type Frame, type UsePlainSocket } from '@parley/vue'
import { inject, provide, ref, shallowRef, watch, type InjectionKey, type Ref } from 'vue'
import { freezable } from '@/shared/api/lessonSockets'
import { provideLine } from '@/shared/composables/useLine'
import { privateName, useLab } from './useLab'

export interface LabLine extends UsePlainSocket<string, string> {
  url: string
  /** While true, nothing that the server says is heard. A new line is never frozen. */
  frozen: Ref<boolean>
  /** What went over the line, oldest first; `at` is finer than a millisecond. */
  frames: Readonly<Ref<readonly Frame[]>>
  clearFrames(): void
}

const KEPT = 200
const key: InjectionKey<LabLine> = Symbol('lab line')

export function provideLabLine(): LabLine {
  const { socketUrl, protocols } = useLab()
  const url = socketUrl(privateName(), privateName())
  const frozen = ref(false)
  const frames = shallowRef<readonly Frame[]>([])
  const websocket = freezable(() => frozen.value)
  const socket = usePlainSocket(url, { protocols, websocket })
  socket.onFrame((frame) => {
    const at = performance.timeOrigin + performance.now()
    frames.value = [...frames.value.slice(1 - KEPT), { ...frame, at }]
  })
  watch(socket.status, ({ state }) => {
    if (state !== 'connected') frozen.value = false
  })
  const line = { ...socket, url, frozen, frames, clearFrames: () => (frames.value = []) }
  provideLine(socket)
  provide(key, line)
  return line
}

export function useLabLine(): LabLine {
  return inject(key)!
}
