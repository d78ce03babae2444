// Who I am and which room I am in. The room lives in the address (so a link leads to it and "back"
// works), the name in storage. `?username=lisi` names this tab only: two people in one browser;
// `?token=…` goes to the server as it is, where the server asks for one.
import { onScopeDispose, ref } from 'vue'
import { roomPath } from '@/shared/api/wire'
import { useStored } from '@/shared/composables/useStored'

/** In UTF-16 units, so that the server's limits in bytes (128 and 255) hold for any script. */
export const MAX_NAME = 32
export const MAX_ROOM = 64
const ROOMS_KEPT = 8
const isString = (value: unknown): value is string => typeof value === 'string'
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isString)

export function useIdentity() {
  const storedName = useStored('parley.name', '', isString)
  const recent = useStored('parley.rooms', ['echo'], isStrings)
  const query = new URLSearchParams(location.search)
  const tabName = cleanName(query.get('username') ?? '')
  const name = ref(tabName || storedName.value)
  const room = ref(roomOfPath(location.pathname) ?? 'echo')

  remember(room.value)
  history.replaceState(null, '', address(room.value))

  const followAddress = () => (room.value = roomOfPath(location.pathname) ?? 'echo')
  addEventListener('popstate', followAddress)
  onScopeDispose(() => removeEventListener('popstate', followAddress))

  function address(target: string): string {
    return roomPath(target) + location.search
  }

  /** Known rooms keep their place; a new one joins at the end and pushes out the oldest. */
  function remember(visited: string) {
    if (!recent.value.includes(visited))
      recent.value = [...recent.value.slice(1 - ROOMS_KEPT), visited]
  }

  function enter(wanted: string) {
    const target = cleanRoom(wanted) || 'echo'
    remember(target)
    if (target === room.value) return
    room.value = target
    history.pushState(null, '', address(target))
  }

  function rename(newName: string) {
    name.value = cleanName(newName)
    // A name that the address gave stays a matter of this tab.
    if (!tabName) storedName.value = name.value
  }

  function forgetRoom(target: string) {
    recent.value = recent.value.filter((r) => r !== target)
  }

  return { name, token: query.get('token') ?? '', room, recent, enter, rename, forgetRoom }
}

function roomOfPath(path: string): string | null {
  if (path === '/echo') return 'echo'
  const match = /^\/room\/([^/]+)$/.exec(path)
  try {
    return (match && cleanRoom(decodeURIComponent(match[1]!))) || null
  } catch {
    return null
  }
}

// What the server would refuse does not get that far: control characters, and slashes in a room.
function cleanName(text: string): string {
  return text
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, MAX_NAME)
}

function cleanRoom(text: string): string {
  return text
    .replace(/[\p{Cc}/]/gu, '')
    .trim()
    .slice(0, MAX_ROOM)
}
