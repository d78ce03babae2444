// Who I am and which room I am in. The room lives in the address (so a link leads to it and "back"
// works), the name in storage. `?username=lisi` names this tab only: two people in one browser.
import { onScopeDispose, ref } from 'vue'
import { roomPath } from '@/shared/api/wire'
import { useStored } from '@/shared/composables/useStored'

export const MAX_NAME = 64
const ROOMS_KEPT = 8
const isString = (value: unknown): value is string => typeof value === 'string'
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isString)

export function useIdentity() {
  const storedName = useStored('parley.name', '', isString)
  const recent = useStored('parley.rooms', ['echo'], isStrings)
  const tabName = new URLSearchParams(location.search).get('username')?.slice(0, MAX_NAME)
  const name = ref(tabName || storedName.value)
  const room = ref(roomOfPath(location.pathname) ?? 'echo')

  remember(room.value)
  history.replaceState(null, '', address(room.value))

  const followAddress = () => (room.value = roomOfPath(location.pathname) ?? 'echo')
  addEventListener('popstate', followAddress)
  onScopeDispose(() => removeEventListener('popstate', followAddress))

  function address(target: string): string {
    return roomPath(target) + (tabName ? location.search : '')
  }

  /** Known rooms keep their place; a new one joins at the end and pushes out the oldest. */
  function remember(visited: string) {
    if (!recent.value.includes(visited))
      recent.value = [...recent.value.slice(1 - ROOMS_KEPT), visited]
  }

  function enter(target: string) {
    remember(target)
    if (target === room.value) return
    room.value = target
    history.pushState(null, '', address(target))
  }

  function rename(newName: string) {
    name.value = newName
    // A name that the address gave stays a matter of this tab.
    if (!tabName) storedName.value = newName
  }

  function forgetRoom(target: string) {
    recent.value = recent.value.filter((r) => r !== target)
  }

  return { name, room, recent, enter, rename, forgetRoom }
}

function roomOfPath(path: string): string | null {
  if (path === '/echo') return 'echo'
  const match = /^\/room\/([^/]+)$/.exec(path)
  try {
    return match ? decodeURIComponent(match[1]!) : null
  } catch {
    return null
  }
}
