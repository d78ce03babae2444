// Unit tests beside the sources, in a page that happy-dom pretends.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], restoreMocks: true },
})
