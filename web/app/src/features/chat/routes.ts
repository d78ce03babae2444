// The chat: the list alone, or a conversation beside it.
import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  {
    path: '/chat/:channel?',
    component: () => import('./ChatPage.vue'),
    meta: { app: 'chat', identity: true },
  },
]

export default routes
