// The page's one line to the server, for whoever is signed in (or nobody), and what lives as long as it
// does: pages come and go, a new person begins anew. Pages take it by `useParley()` of @parley/vue.
// Owner: the shell, which provides it around the pages and rebuilds that part for a new identity.
import { createParley, provideParley, type Parley } from '@parley/vue'
import {
  getCurrentScope,
  inject,
  onScopeDispose,
  provide,
  type EffectScope,
  type InjectionKey,
} from 'vue'
import { useIdentity } from './useIdentity'
import { provideLine } from './useLine'
import { useServerInfo } from './useServerInfo'

interface Store {
  scope: EffectScope
  made: Map<symbol, unknown>
}

const key: InjectionKey<Store> = Symbol('page store')

export function providePageParley(): Parley {
  const { mode, paths } = useServerInfo()
  const { name, token } = useIdentity()
  const byToken = mode === 'token'
  const parley = createParley({
    url: paths.centrifuge,
    username: byToken ? undefined : name.value || undefined,
    token: byToken ? token.value : undefined,
    autoConnect: false,
  })
  // Where the server asks for tokens, nobody without one comes in.
  if (!byToken || token.value) parley.connect()
  provideParley(parley)
  provideLine(parley)
  provide(key, { scope: getCurrentScope()!, made: new Map() })
  onScopeDispose(() => parley.disconnect())
  return parley
}

/** What `make` gives, made once for this line and person however often a page asks for it by this key. */
export function useOnce<T>(name: symbol, make: () => T): T {
  const store = inject(key)
  if (!store) throw new Error('only below providePageParley()')
  if (!store.made.has(name)) store.made.set(name, store.scope.run(make))
  return store.made.get(name) as T
}
