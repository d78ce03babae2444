// The state of the line, for a connection pill.
import { useParley, type ConnectionHandle, type Parley } from './parley'

export function useConnection(of: Parley | { parley?: Parley } = {}): ConnectionHandle {
  const parley = 'client' in of ? of : (of.parley ?? useParley())
  const { status, events, connect, disconnect, drop, retry } = parley
  return { status, events, connect, disconnect, drop, retry }
}
