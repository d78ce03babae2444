// One bundle for the embedded page: hashed files under /assets/, index.html at the root, no inline
// script or style, so that the server's strict content security policy holds.
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { ProxyOptions } from 'vite'
import { defineConfig } from 'vitest/config'
import { emojiData } from './build/emojiData.ts'

// In development the page comes from Vite; what is the server's goes there, as if from its own page.
const toServer: ProxyOptions = {
  target: 'http://127.0.0.1:8000',
  ws: true,
  changeOrigin: true,
  rewriteWsOrigin: true,
}
// At these addresses is a page for people, and a WebSocket for programs.
const upgradesToServer: ProxyOptions = {
  ...toServer,
  bypass: (request) => (request.headers.upgrade ? undefined : '/index.html'),
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue(), emojiData()],
  resolve: {
    // The workspace's own packages come from their sources: no build of theirs is needed first.
    alias: {
      '@': here('./src'),
      '@parley/vue': here('../packages/vue/src/index.ts'),
      '@parley/danmaku': here('../packages/danmaku/src/index.ts'),
    },
    dedupe: ['vue', 'centrifuge'],
  },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: { assetsInlineLimit: 0, modulePreload: false, target: 'es2022' },
  server: {
    proxy: {
      '/echo': upgradesToServer,
      '/room': upgradesToServer,
      '/connection': toServer,
      '/app.json': toServer,
      '/api': toServer,
      '/files': toServer,
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], restoreMocks: true },
})
