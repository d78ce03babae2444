// Every feature brings its own routes; each is loaded when it is first opened. A route with
// `meta.identity` asks who is there first; `meta.app` is the entry of the rail that it lights; `meta.title`
// is the key of the tab's title.
import {
  createRouter,
  createWebHistory,
  START_LOCATION,
  type RouteLocationNormalized,
  type RouteRecordRaw,
} from 'vue-router'
import { isServerThere } from '@/shared/api/serverInfo'
import type { AppEntry } from './apps'

declare module 'vue-router' {
  interface RouteMeta {
    app?: AppEntry['name']
    identity?: boolean
    title?: string
  }
}

const features = import.meta.glob<RouteRecordRaw[]>('../features/*/routes.ts', {
  eager: true,
  import: 'default',
})

export function setupRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      ...Object.values(features).flat(),
      {
        path: '/:rest(.*)*',
        component: () => import('./NotFound.vue'),
        meta: { title: 'shell.notFound' },
      },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.onError((_error, to, from) => openAnew(to, from))
  return router
}

/**
 * A tab that was open while the server was upgraded asks for scripts that are gone; the page of the new
 * server has its own. A page that has just been loaded is not loaded again: it would fail the same way.
 */
async function openAnew(to: RouteLocationNormalized, from: RouteLocationNormalized): Promise<void> {
  if (from !== START_LOCATION && (await isServerThere())) location.assign(to.fullPath)
}
