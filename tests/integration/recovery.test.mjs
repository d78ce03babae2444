// What is published while connections break, or while the server is killed, arrives once and in order, to clients of
// every dialect with recovery: here the SDK and `ws`, which people use; at length the clients of `parley verify`.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { run } from '../support/recovery.mjs'
import { start } from '../support/server.mjs'

describe('recovery', () => {
  let folder
  before(() => (folder = mkdtempSync(join(tmpdir(), 'parley-recovery-'))))
  after(() => rmSync(folder, { recursive: true }))

  test('connections that are cut lose nothing', { timeout: 120_000 }, async () => {
    const seen = await run(start, {
      seconds: 8,
      seed: 7,
      rate: 600,
      channels: 8,
      storage: join(folder, 'cut.db'),
    })
    assert.deepEqual(seen.faults, [])
    assert.ok(seen.cuts >= 10 && seen.reconnects > seen.cuts / 2, JSON.stringify(seen))
    assert.ok(seen.published > 1000, JSON.stringify(seen))
  })

  test('a killed server keeps what it acknowledged in durable channels, and tells of the loss in others', {
    timeout: 180_000,
  }, async () => {
    const seen = await run(start, {
      seconds: 10,
      seed: 8,
      rate: 300,
      channels: 8,
      storage: join(folder, 'kill.db'),
      kill: true,
    })
    assert.deepEqual(seen.faults, [])
    assert.ok(seen.kills >= 2, JSON.stringify(seen))
    assert.ok(seen.lost > 0, `new epochs were told: ${JSON.stringify(seen)}`)
  })
})
