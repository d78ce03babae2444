// Unit tests beside the sources. Those that need a page name happy-dom in their first line.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { environment: 'node', include: ['src/**/*.test.ts'], restoreMocks: true },
})
