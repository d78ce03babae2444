// Every feature brings its own routes; each is loaded when it is first opened. A route with
// `meta.identity` asks who is there first; `meta.app` is the entry of the rail that it lights.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { AppEntry } from './apps'

declare module 'vue-router' {
  interface RouteMeta {
    app?: AppEntry['name']
    identity?: boolean
  }
}

const features = import.meta.glob<RouteRecordRaw[]>('../features/*/routes.ts', {
  eager: true,
  import: 'default',
})

export function setupRouter() {
  return createRouter({
    history: createWebHistory(),
    routes: [
      ...Object.values(features).flat(),
      { path: '/:rest(.*)*', component: () => import('./NotFound.vue') },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
}
