// The chat: the list alone, or a conversation beside it. A room also has the address that the plain
// dialect gives it.
import type { RouteRecordRaw } from 'vue-router'

const component = () => import('./ChatPage.vue')
const meta = { app: 'chat', identity: true } as const

const routes: RouteRecordRaw[] = [
  { path: '/chat/:channel?', name: 'chat', component, meta },
  { path: '/room/:channel', component, meta },
  { path: '/echo', component, meta },
]

export default routes
