// ES modules and types, nothing else.
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: 'src/index.ts',
  platform: 'browser',
  fixedExtension: false,
  dts: true,
  publint: true,
})
