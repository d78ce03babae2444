// Vue composables for a Parley server: a line, channels, presence and history over the Centrifuge SDK,
// and a plain WebSocket that lives. Importing it does nothing; it is safe where there is no window.
export type { ChannelState, HistoryPage, Subscribed } from './channel'
export { ParleyError } from './errors'
export type {
  LineEvent as ConnectionEvent,
  LineEvent,
  LineLoss,
  LineState,
  LineState as ConnectionState,
  LineStatus,
  LineStatus as ConnectionStatus,
} from './line'
export {
  createParley,
  provideParley,
  useParley,
  type ConnectionHandle,
  type Parley,
  type ParleyOptions,
} from './parley'
export type { Frame, Heartbeat, Wire } from './plainSocket'
export type { Publication } from './publication'
export { retryDelay, type RetryPlan } from './retry'
export { useChannel, type ChannelOptions, type PublishOptions, type UseChannel } from './useChannel'
export { useConnection } from './useConnection'
export { useHistory, type UseHistory, type UseHistoryOptions } from './useHistory'
export {
  isRetryableCode,
  usePlainSocket,
  type Format,
  type PlainSocketOptions,
  type UsePlainSocket,
} from './usePlainSocket'
export { usePresence, type UsePresence } from './usePresence'
export type { Patience } from './waiting'
export { UnauthorizedError, type ClientInfo, type StreamPosition } from 'centrifuge'
