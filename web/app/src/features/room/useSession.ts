// The session of the current name and room. Rooms left keep their session, so that coming back finds
// the conversation and sends what was still unsent; a new name begins anew.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { createRoomSession, type RoomSession } from './roomSession'

const SESSIONS_KEPT = 8

export function useSession(name: Ref<string>, room: Ref<string>, token: string) {
  const session = shallowRef<RoomSession | null>(null)
  let kept: RoomSession[] = []

  watch([name, room], open, { immediate: true })
  onScopeDispose(() => session.value?.stop())

  function open() {
    session.value?.stop()
    kept = kept.filter((s) => s.user === name.value)
    const found = kept.find((s) => s.room === room.value)
    const next = found ?? createRoomSession(room.value, name.value, token)
    kept = [next, ...kept.filter((s) => s !== next)].slice(0, SESSIONS_KEPT)
    session.value = next
    next.start()
  }

  return session as Readonly<Ref<RoomSession>>
}
