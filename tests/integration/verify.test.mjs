// `parley verify`: the short plan of faults holds every invariant; another server can be its target; wrong usage is
// told. That it finds what is wrong is shown by the tests of its checker and by tests/soak/planted.mjs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { binary, start } from '../support/server.mjs'

const verify = (...options) =>
  new Promise((resolve) => {
    execFile(binary, ['verify', ...options], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })

describe('verify', () => {
  let folder
  before(() => (folder = mkdtempSync(join(tmpdir(), 'parley-plan-'))))
  after(() => rmSync(folder, { recursive: true }))
  const plan = (text) => {
    const path = join(folder, 'plan')
    writeFileSync(path, text)
    return path
  }

  test('every invariant holds under every kind of fault', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await verify('--plan', 'short', '--seed', '1', '--json', '-')
    assert.equal(code, 0, stderr)
    const found = JSON.parse(stdout)
    assert.ok(found.good)
    for (const [fault, hits] of Object.entries(found.faults)) assert.ok(hits > 0, fault)
    for (const count of ['recoveries', 'gaps_told', 'durable_kept', 'lists_checked', 'refusals', 'directs']) {
      assert.ok(found[count] > 0, `${count}: ${stdout}`)
    }
    assert.ok(found.quiet_points >= 2 && found.deliveries > 10_000, stdout)
    assert.match(stderr, /Every invariant held\./)
  })

  test('another server can be the target', { timeout: 60_000 }, async () => {
    const server = await start()
    const path = plan('every 300ms drop 10%\nevery 500ms leave 2 for 200ms\n')
    const { code, stdout, stderr } = await verify(server.wsUrl, '--plan', path, '--duration', '3s', '--json', '-')
    await server.stop()
    assert.equal(code, 0, stderr)
    const found = JSON.parse(stdout)
    assert.ok(found.recoveries > 0 && found.quiet_points === 1, stdout)
    assert.match(found.notes[0], /not checked/)
  })

  test('one dialect is enough', { timeout: 60_000 }, async () => {
    for (const dialect of ['plain', 'centrifuge']) {
      const path = plan('every 300ms drop 10%')
      const { code, stdout, stderr } = await verify('--dialect', dialect, '--plan', path, '--duration', '2s')
      assert.equal(code, 0, stdout + stderr)
    }
  })

  test('a server that is not there', { timeout: 60_000 }, async () => {
    const { code, stdout } = await verify('ws://127.0.0.1:1')
    assert.equal(code, 1)
    assert.match(stdout, /nothing listens at 127\.0\.0\.1:1/)
    assert.match(stdout, /Again: parley verify ws:\/\/127\.0\.0\.1:1 --seed \d+/)
  })

  test('a run that saw nothing does not pass', { timeout: 60_000 }, async () => {
    const { code, stdout } = await verify('--plan', plan(''), '--duration', '1s', '--rate', '1')
    assert.equal(code, 1)
    assert.match(stdout, /nothing was checked: \d+ messages were published/)
  })

  test('wrong usage is told', { timeout: 60_000 }, async () => {
    const wrong = [
      [['--plan', plan('at 1s drop 1\nat 2s explode')], /line 2, column 7: unknown fault "explode"/],
      [['--plan', join(folder, 'none')], /--plan wants short, cuts, kills, long or a file/],
      [['ws://127.0.0.1:1', '--plan', 'kills'], /has kill, which needs a server of the run's own/],
      [['--dialect', 'morse'], /--dialect must be plain, centrifuge or both, not "morse"/],
      [['--clients', 'many'], /--clients/],
      [['http:/x'], /a target begins with/],
    ]
    for (const [options, words] of wrong) {
      const { code, stderr } = await verify(...options)
      assert.equal(code, 2, options.join(' '))
      assert.match(stderr, words)
    }
  })
})
