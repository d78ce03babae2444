// The state of the line, for a connection pill.
import { useParley, type ConnectionHandle, type Parley } from './parley'

export function useConnection({
  parley = useParley(),
}: { parley?: Parley } = {}): ConnectionHandle {
  const { status, events, connect, disconnect, drop, retry } = parley
  return { status, events, connect, disconnect, drop, retry }
}
