// A Parley against the fake server, with the time in the test's hands.
import { vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { createParley, type Parley, type ParleyOptions } from '../parley'
import { FakeServer } from './fakeServer'

export interface Harness {
  server: FakeServer
  parley: Parley
  /** Runs in a scope that `end` stops. */
  use<T>(setup: () => T): T
  /** A scope of its own, for what goes away before the end. */
  scope(): EffectScope
  end(): void
}

export function createHarness(options: Partial<ParleyOptions> = {}): Harness {
  const server = new FakeServer()
  const parley = createParley({
    url: 'ws://host/connection/websocket',
    websocket: server.WebSocket,
    probeInterval: 0,
    ...options,
  })
  const scope = effectScope(true)
  return {
    server,
    parley,
    use: (setup) => scope.run(setup)!,
    scope: () => scope.run(() => effectScope())!,
    end() {
      scope.stop()
      parley.disconnect()
    },
  }
}

/** Lets everything that needs no time happen, or passes time. */
export const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
