// Who I am, for every app. The name lives in storage; `?username=lisi` names this window alone, so
// that two people fit into one browser. Where the server asks for a token, its `sub` is the name and
// the token stays in this window. A server that asks for none believes the name.
import { computed, effectScope, ref, watch } from 'vue'
import { useServerInfo } from './useServerInfo'
import { useStored } from './useStored'

/** In UTF-16 units, so that the server's limit in bytes (128) holds for any script. */
export const MAX_NAME = 32

const isString = (value: unknown): value is string => typeof value === 'string'

function createIdentity(byToken: boolean) {
  const query = new URLSearchParams(location.search)
  const stored = useStored('parley.name', '', isString)
  const windowName = useWindowStored('parley.window.name', cleanName(query.get('username') ?? ''))
  const token = useWindowStored('parley.window.token', query.get('token') ?? '')
  forgetInAddress(query, 'token')

  // A name from other days, or from the address, lets nobody in where a token is asked for.
  const name = computed(() => (byToken ? subjectOf(token.value) : windowName.value || stored.value))

  function signIn(newName: string, newToken = '') {
    token.value = newToken.trim()
    // A name that the address gave stays a matter of this window.
    if (windowName.value) windowName.value = cleanName(newName)
    else stored.value = cleanName(newName)
  }

  return { name, token, signIn }
}

export type Identity = ReturnType<typeof createIdentity>

let identity: Identity | undefined

/** One for the whole page; the shell's setup is the first to ask. */
export function useIdentity(): Identity {
  identity ??= effectScope(true).run(() => createIdentity(useServerInfo().mode === 'token'))!
  return identity
}

/** Only for tests: forget the page's identity. */
export function resetIdentity(): void {
  identity = undefined
}

// What the server would refuse does not get that far.
export function cleanName(text: string): string {
  return text
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, MAX_NAME)
}

/** The `sub` of a token, unchecked: the server does the checking, this is for display. */
export function subjectOf(token: string): string {
  try {
    const payload = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/')
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown }
    return isString(claims.sub) ? claims.sub : ''
  } catch {
    return ''
  }
}

/** What is kept needs no longer stand in the address, in sight and in bookmarks. */
function forgetInAddress(query: URLSearchParams, name: string) {
  if (!query.has(name)) return
  query.delete(name)
  const rest = query.toString() && `?${query}`
  history.replaceState(history.state, '', location.pathname + rest + location.hash)
}

/** A string of this window alone: it survives a reload, and no other window sees it. */
function useWindowStored(key: string, given: string) {
  const value = ref(given || read(key))
  watch(value, write, { immediate: true })
  return value

  function read(from: string): string {
    try {
      return sessionStorage.getItem(from) ?? ''
    } catch {
      return ''
    }
  }

  function write(text: string) {
    try {
      if (text) sessionStorage.setItem(key, text)
      else sessionStorage.removeItem(key)
    } catch {
      // Without storage the name lasts as long as the page.
    }
  }
}
