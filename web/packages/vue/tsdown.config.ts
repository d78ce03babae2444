// ESM and types, with Vue and the SDK left to the application.
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: 'src/index.ts',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  publint: true,
})
