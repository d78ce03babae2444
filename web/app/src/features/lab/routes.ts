// The connection lab: one page.
import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  {
    path: '/lab',
    component: () => import('./LabApp.vue'),
    meta: { app: 'lab', title: 'lab.title' },
  },
]

export default routes
