// The package @parley/vue as an application gets it: built, in a folder of its own beside Vue and the
// SDK. Who builds removes it again.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const sources = fileURLToPath(new URL('../../web/packages/vue', import.meta.url))
const modules = fileURLToPath(new URL('../../web/node_modules', import.meta.url))
const { resolve } = createRequire(new URL('../../web/app/package.json', import.meta.url))

export function buildPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-vue-'))
  const entry = join(folder, 'parley-vue', 'index.js')
  const tsdown = join(modules, 'tsdown/dist/run.mjs')
  execFileSync(process.execPath, [tsdown, '--out-dir', join(folder, 'parley-vue')], {
    cwd: sources,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  symlinkSync(modules, join(folder, 'node_modules'))
  return {
    folder,
    entry,
    /** The package, and the Vue that it uses. */
    async load() {
      const vue = pathToFileURL(join(modules, 'vue/index.mjs'))
      return {
        ...(await import(pathToFileURL(entry))),
        vue: await import(vue),
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * Builds a page against the package.
 * @param {Record<string, string>} files its sources by name, with an index.html
 * @returns {Promise<Record<string, string>>} by path, as `serveForeign` takes them
 */
export async function buildPage({ folder, entry }, files) {
  const [vite, vue] = await Promise.all(
    ['vite', '@vitejs/plugin-vue'].map((name) => import(pathToFileURL(resolve(name)))),
  )
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  const { output } = await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    plugins: [vue.default()],
    resolve: { alias: { '@parley/vue': entry } },
    build: { write: false },
  })
  return Object.fromEntries(
    output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? source]),
  )
}
