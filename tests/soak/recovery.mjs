// The long form of tests/integration/recovery.test.mjs: `make soak`, or
//   node tests/soak/recovery.mjs --seconds 600 --seed 1 [--kill] [--rate 2000] [--channels 20]
// Ends with 0 when nothing was lost, doubled or reordered; the seed replays the plan of the faults.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { run } from '../support/recovery.mjs'
import { start } from '../support/server.mjs'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 100000) },
    rate: { type: 'string', default: '2000' },
    channels: { type: 'string', default: '20' },
    kill: { type: 'boolean', default: false },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'parley-soak-'))
console.log('plan:', values)
const seen = await run(start, {
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  rate: Number(values.rate),
  channels: Number(values.channels),
  storage: join(folder, 'soak.db'),
  kill: values.kill,
  log: console.log,
})
rmSync(folder, { recursive: true })
console.log(seen)
process.exitCode = seen.faults.length > 0 ? 1 : 0
