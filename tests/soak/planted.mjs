// Builds the server once for each fault that can be planted in its hub (src/hub/planted_fault.h), and expects that
// `parley verify` finds it within a minute and calls it by its name. Ends with 0 when it found all:
//   node tests/soak/planted.mjs [FAULT…]
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const INVARIANT = {
  skip_offset: 'no-loss',
  deliver_twice: 'no-duplicate',
  reorder: 'order',
  forget_leave: 'presence',
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = `${root}build/planted`

function build(fault) {
  const options = [`-DPARLEY_PLANT=${fault}`, '-DPARLEY_WEB=OFF', '-DPARLEY_LTO=OFF']
  options.push('-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG')
  const quiet = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  execFileSync('cmake', ['--preset', 'release', '-B', folder, '-Wno-dev', ...options], quiet)
  execFileSync('cmake', ['--build', folder, '--target', 'parley'], quiet)
}

let missed = 0
for (const fault of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(INVARIANT)) {
  build(fault)
  const began = Date.now()
  const arguments_ = ['verify', '--plan', 'cuts', '--duration', '60s', '--json', '-']
  const { status, stdout, stderr } = spawnSync(`${folder}/bin/parley`, arguments_, { encoding: 'utf8' })
  const seconds = (Date.now() - began) / 1000
  const found = status === 1 ? JSON.parse(stdout).violation?.invariant : undefined
  const good = found === INVARIANT[fault] && seconds < 60
  if (!good) missed++
  console.log(`${fault}: ${good ? `found as ${found} after ${seconds.toFixed(1)} s` : 'NOT FOUND'}`)
  console.log(stderr.slice(stderr.indexOf('\n\n')))
}
process.exitCode = missed > 0 ? 1 : 0
