// The one object that an application makes: a line to a Parley server, and the channels over it.
// A Vue plugin (`app.use(parley)`), provided to components, and usable outside of them as it is.
import type { Centrifuge } from 'centrifuge'
import {
  getCurrentInstance,
  hasInjectionContext,
  inject,
  markRaw,
  onScopeDispose,
  provide,
  toValue,
  type App,
  type InjectionKey,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import { ChannelMap } from './channels'
import { Connection } from './connection'
import { Emitter } from './emitter'
import type { LineEvent, LineStatus } from './line'
import { hasPage } from './usePlainSocket'
import { socketUrl, withUsername } from './url'
import { LONGEST_MS, PATIENCE_MS } from './waiting'

export interface ParleyOptions {
  /** Of the server's endpoint: `wss://chat.example.com/connection/websocket`, or relative to the page. */
  url: MaybeRefOrGetter<string>
  /** Who you are, where the server asks for no token. Read anew at each attempt. */
  username?: MaybeRefOrGetter<string | undefined>
  /** A first token; `getToken` is asked for the next ones. */
  token?: string
  /**
   * Asks your back end for a token, before the first attempt and whenever one has expired. It is asked
   * again when it rejects, or takes longer than `connectTimeout`; an `UnauthorizedError` is an end.
   */
  getToken?: () => Promise<string>
  /** The same for one channel: for names that begin with `$`. */
  getChannelToken?: (channel: string) => Promise<string>
  /** Connect as soon as a channel is used; default true. Otherwise call `connect`. */
  autoConnect?: boolean
  /** The wait before another attempt is drawn at random, from min and doubling up to max. */
  retry?: { min?: number; max?: number }
  /** An attempt that is not up within this time is given up; default 8,000 ms. */
  connectTimeout?: number
  /** How often the round trip is measured while the page is visible; default 5,000 ms, 0 never. */
  probeInterval?: number
  /** Another WebSocket class, as that of the package `ws`. */
  websocket?: typeof WebSocket
}

export interface ConnectionHandle {
  status: Readonly<ShallowRef<LineStatus>>
  /** The last 20 events, oldest first. */
  events: Readonly<ShallowRef<readonly LineEvent[]>>
  connect(): void
  disconnect(): void
  /** Cuts the line as a bad network would; it comes back by itself. */
  drop(): void
  /** Tries now, whatever the plan says. */
  retry(): void
}

/** A direct message: `{"type":"message","id","from","to","time","data"}`. */
export type DirectListener = (data: unknown) => void

/** Never wrapped by reactivity: it stays itself in a store or a deep ref. */
type Raw = ReturnType<typeof markRaw<ConnectionHandle>>

export interface Parley extends Raw {
  /** The SDK's client, for what is not here. */
  readonly client: Centrifuge
  /** What the server sends to this connection alone. Returns the function that removes the listener. */
  onMessage(listener: DirectListener): () => void
  install(app: App): void
}

const key: InjectionKey<Parley> = Symbol('parley')
const channelMaps = new WeakMap<Parley, ChannelMap>()

export function createParley(options: ParleyOptions): Parley {
  const { token = '', getToken, autoConnect = true, retry = {}, connectTimeout = 8000 } = options
  const connection = new Connection({
    url: () => withUsername(socketUrl(toValue(options.url)), toValue(options.username)),
    websocket: () => options.websocket ?? globalThis.WebSocket,
    getToken,
    connectTimeout,
    probeInterval: options.probeInterval ?? 5000,
    probeTimeout: 5000,
    sdk: {
      token,
      minReconnectDelay: retry.min ?? 500,
      maxReconnectDelay: retry.max ?? 20_000,
      // For a command on a line that stands, the first one too: no shorter than what is said above.
      timeout: Math.min(Math.max(PATIENCE_MS, connectTimeout), LONGEST_MS),
      name: 'parley-vue',
    },
  })
  const { client } = connection
  // The SDK ends the line for good when one of its own listeners throws: it has this one only.
  const direct = new Emitter<{ message: unknown }>()
  client.on('message', ({ data }) => direct.emit('message', data))
  let begun = false
  const begin = () => {
    if (autoConnect && !begun) parley.connect()
  }
  const parley: Parley = markRaw({
    client,
    status: connection.status,
    events: connection.events,
    connect: () => {
      begun = true
      connection.connect()
    },
    disconnect: () => {
      begun = true
      connection.disconnect()
    },
    drop: () => connection.drop(),
    retry: () => connection.retry(),
    onMessage: (listener: DirectListener) => direct.on('message', listener),
    install: (app: App) => void app.provide(key, parley),
  })
  if (hasPage(options.websocket)) {
    channelMaps.set(parley, new ChannelMap(client, options.getChannelToken, begin))
  }
  return parley
}

/** Where the composables take their channels; nothing on a server that renders a page. */
export function channelsOf(parley: Parley): ChannelMap | undefined {
  return channelMaps.get(parley)
}

/** Where `provideParley` was called: a component does not inject what it provides itself. */
const providers = new WeakMap<object, Parley>()

/**
 * For this component and those below it. Options make a Parley that ends with the component; one that
 * you made yourself stays yours.
 */
export function provideParley(source: Parley | ParleyOptions): Parley {
  const given = 'client' in source
  const parley = given ? source : createParley(source)
  if (!given) onScopeDispose(() => parley.disconnect())
  const component = getCurrentInstance()
  if (component) providers.set(component, parley)
  provide(key, parley)
  return parley
}

/** The Parley of the application, or of this component or the nearest one above that provides one. */
export function useParley(): Parley {
  const component = getCurrentInstance()
  const own = component && providers.get(component)
  const parley = own ?? (hasInjectionContext() ? inject(key, null) : null)
  if (!parley) {
    throw new Error('No Parley here: app.use(createParley({ url })) first, or pass { parley }.')
  }
  return parley
}
