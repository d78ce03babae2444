// The packages @parley/vue and @parley/danmaku as an application gets them: packed, and unpacked into the
// node_modules of a folder of its own, beside Vue and the SDK. Who builds removes it again.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const packages = fileURLToPath(new URL('../../web/packages', import.meta.url))
const modules = fileURLToPath(new URL('../../web/node_modules', import.meta.url))
const { resolve } = createRequire(new URL('../../web/app/package.json', import.meta.url))

function run(cwd, command, ...args) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch ({ stdout, stderr }) {
    throw new Error(`${[basename(command), ...args].join(' ')}:\n${stdout}\n${stderr}`)
  }
}

/** As from a fresh clone, which has nothing built; in a copy, since other tests may pack at the same time. */
function pack(name, folder) {
  const copy = join(folder, 'source')
  const isOurs = (path) => !['node_modules', 'dist'].includes(basename(path))
  cpSync(join(packages, name), copy, { recursive: true, filter: isOurs })
  symlinkSync(modules, join(copy, 'node_modules'))
  run(copy, 'npm', 'pack', '--offline', '--pack-destination', folder)
  return readdirSync(folder).find((name) => name.endsWith('.tgz'))
}

export function buildPackage(name = 'vue') {
  const folder = mkdtempSync(join(tmpdir(), `parley-${name}-`))
  const installed = join(folder, 'node_modules')
  mkdirSync(join(installed, '@parley'), { recursive: true })
  for (const name of readdirSync(modules)) {
    if (name !== '@parley') symlinkSync(join(modules, name), join(installed, name))
  }
  run(folder, 'tar', '-xzf', pack(name, folder))
  cpSync(join(folder, 'package'), join(installed, '@parley', name), { recursive: true })
  return {
    folder,
    /** The package, and the Vue that it uses. */
    async load() {
      const consumer = join(folder, 'consumer.mjs')
      writeFileSync(consumer, "export * from '@parley/vue'\nexport * as vue from 'vue'\n")
      return import(pathToFileURL(consumer))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/**
 * Builds a page against the package.
 * @param {Record<string, string>} files its sources by name, with an index.html
 * @returns {Promise<Record<string, string>>} by path, as `serveForeign` takes them
 */
export async function buildPage({ folder }, files) {
  const [vite, vue] = await Promise.all(
    ['vite', '@vitejs/plugin-vue'].map((name) => import(pathToFileURL(resolve(name)))),
  )
  const root = mkdtempSync(join(folder, 'page-'))
  write(root, files)
  const { output } = await vite.build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [vue.default()],
    build: { write: false },
  })
  return Object.fromEntries(
    output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? source]),
  )
}

/** Checks sources against the types of the package, as strictly as `create-vue` sets up; throws what is wrong. */
export function checkTypes({ folder }, files) {
  const root = mkdtempSync(join(folder, 'types-'))
  const compilerOptions = {
    target: 'ESNext',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ESNext', 'DOM', 'DOM.Iterable'],
    types: [],
    allowJs: true,
    checkJs: true,
    strict: true,
    // What nobody annotates in JavaScript is any.
    noImplicitAny: false,
    noEmit: true,
  }
  write(root, {
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*'] }),
    ...files,
  })
  run(root, process.execPath, join(modules, 'vue-tsc/bin/vue-tsc.js'))
}
