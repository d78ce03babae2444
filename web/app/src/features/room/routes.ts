// A room at its own address, as the plain dialect names it.
import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = ['/echo', '/room/:room'].map((path) => ({
  path,
  component: () => import('./RoomApp.vue'),
  meta: { app: 'chat' },
}))

export default routes
