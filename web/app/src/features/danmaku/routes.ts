// The danmaku: a show, live or on its own time. Without a name it is the show that every server has.
import type { RouteRecordRaw } from 'vue-router'

const DEFAULT_NAME = 'show'

const routes: RouteRecordRaw[] = [
  { path: '/danmaku', redirect: ({ query }) => ({ path: `/danmaku/${DEFAULT_NAME}`, query }) },
  {
    path: '/danmaku/:name',
    component: () => import('./DanmakuPage.vue'),
    meta: { app: 'danmaku', identity: true, title: 'shell.danmaku' },
  },
]

export default routes
