// What the server says of itself; the app provides it before anything is shown.
import { inject, type App, type InjectionKey } from 'vue'
import { unknownServer, type ServerInfo } from '@/shared/api/serverInfo'

const key: InjectionKey<ServerInfo> = Symbol('server info')

export function provideServerInfo(app: App, info: ServerInfo): void {
  app.provide(key, info)
}

export function useServerInfo(): ServerInfo {
  return inject(key, unknownServer)
}
