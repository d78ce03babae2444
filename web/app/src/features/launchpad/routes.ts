// The start page.
import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('./LaunchPad.vue'),
    meta: { app: 'launchpad', title: 'shell.launchpad' },
  },
]

export default routes
