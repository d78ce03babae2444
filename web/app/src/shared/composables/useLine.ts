// The line that the connection pill of a page shows. The shell provides that of the Centrifuge client;
// a page with a line of its own (a plain WebSocket) provides that instead.
import { inject, provide, type InjectionKey, type Ref } from 'vue'
import type { LineEvent, LineStatus } from '@parley/vue'

export interface LineView {
  status: Readonly<Ref<LineStatus>>
  events: Readonly<Ref<readonly LineEvent[]>>
  drop(): void
  retry(): void
}

const key: InjectionKey<LineView> = Symbol('line')

export function provideLine(line: LineView): void {
  provide(key, line)
}

export function useLine(): LineView | null {
  return inject(key, null)
}
