// The tab's title: the room, and how much was said while the tab was hidden.
import { onScopeDispose, ref, watch, watchEffect, type Ref } from 'vue'
import type { RoomSession } from './roomSession'

export function useUnreadTitle(session: Ref<RoomSession>) {
  const unread = ref(0)
  const clear = () => {
    if (!document.hidden) unread.value = 0
  }

  watch(
    () => [session.value.room, session.value.arrived.value] as const,
    ([room, arrived], [lastRoom, lastArrived]) => {
      if (room !== lastRoom) unread.value = 0
      else if (document.hidden) unread.value += arrived - lastArrived
    },
  )
  watchEffect(() => {
    const badge = unread.value > 0 ? `(${unread.value}) ` : ''
    document.title = `${badge}#${session.value.room} · Parley`
  })
  document.addEventListener('visibilitychange', clear)
  onScopeDispose(() => document.removeEventListener('visibilitychange', clear))
}
