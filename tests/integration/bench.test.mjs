// `parley bench` as a user runs it: every workload against a server of its own, what it measures, and what it says
// when something is wrong.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import assert from 'node:assert/strict'

import { binary, start } from '../support/server.mjs'

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
after(() => rmSync(folder, { recursive: true }))

// Runs `parley bench …` to its end.
async function bench(...args) {
  const child = spawn(binary, ['bench', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, out, err }
}

async function measured(...args) {
  const { code, out, err } = await bench(...args, '--quiet', '--json', '-')
  assert.equal(code, 0, err + out)
  const result = JSON.parse(out)
  assert.equal(result.totals.errors, 0)
  assert.equal(result.totals.failed_connections, 0)
  return result
}

const short = ['--demo', '--duration', '600ms', '--warmup', '100ms']

for (const dialect of ['plain', 'centrifuge']) {
  test(`fanout in ${dialect}: everyone gets everything`, async () => {
    const result = await measured('fanout', ...short, '--dialect', dialect, '--connections', '40')
    assert.equal(result.dialect, dialect)
    assert.equal(result.options.connections, 40)
    const { published, deliveries } = result.totals
    assert.ok(published > 10, `${published} published`)
    // But for those that were under way at the edges of the interval.
    assert.ok(Math.abs(deliveries - 40 * published) <= 80, `${deliveries} of ${published}`)
    assert.equal(result.latency_us.count, deliveries)
    assert.ok(result.latency_us.p50 > 0 && result.latency_us.p50 <= result.latency_us.max)
    assert.ok(result.server.cpu_s > 0)
    assert.ok(result.series.length > 2)
  })

  test(`echo in ${dialect}: each hears itself alone`, async () => {
    const args = ['--dialect', dialect, '--connections', '10', '--in-flight', '3']
    const result = await measured('echo', ...short, ...args)
    const { published, deliveries } = result.totals
    assert.ok(published > 100 && Math.abs(deliveries - published) <= 30, `${deliveries}`)
  })

  test(`storm in ${dialect}: all come back and miss nothing`, async () => {
    const args = ['--dialect', dialect, '--connections', '60', '--rooms', '6', '--rate', '200']
    const { storm } = await measured('storm', ...short, ...args)
    assert.equal(storm.dropped, 54)
    assert.equal(storm.back, 54)
    assert.equal(storm.recovered, 54)
    assert.equal(storm.lost, 0)
    assert.equal(storm.duplicates, 0)
  })

  test(`mixed in ${dialect}: everyone gets their own`, async () => {
    const args = ['--dialect', dialect, '--connections', '40', '--rooms', '4', '--rate', '400']
    const result = await measured('mixed', ...short, ...args)
    assert.ok(result.totals.deliveries > result.totals.published)
    assert.match(result.notes.join(), /presence lists/)
  })
}

test('idle: the memory of a connection is the slope of ten points', async () => {
  const result = await measured('idle', '--demo', '--connections', '200', '--duration', '100ms')
  assert.equal(result.server.memory.length, 10)
  assert.deepEqual(
    result.server.memory.map(([connections]) => connections),
    [20, 40, 60, 80, 100, 120, 140, 160, 180, 200],
  )
  assert.equal(typeof result.server.rss_per_connection, 'number')
})

test('an open loop keeps its rate, on two threads', async () => {
  const args = ['--connections', '20', '--rate', '200', '--threads', '2']
  const result = await measured('fanout', '--demo', '--duration', '1s', ...args)
  assert.equal(result.options.rate, 200)
  assert.ok(Math.abs(result.totals.published - 200) <= 60, `${result.totals.published}`)
})

test('TLS and compression', async () => {
  const secure = await measured('fanout', ...short, '--tls', '--connections', '10')
  assert.ok(secure.options.tls && secure.target.startsWith('wss://'))
  const args = ['--compress', '--size', '1000', '--connections', '10']
  const small = await measured('fanout', ...short, ...args)
  assert.ok(small.options.compressed)
  assert.ok(small.totals.bytes_received < small.totals.deliveries * 500)
})

test('a server that runs already; its process is found by its port', async () => {
  const server = await start()
  const result = await measured('echo', server.wsUrl, '--duration', '300ms', '--connections', '4')
  assert.ok(result.server.pid > 0)
  assert.ok(result.totals.deliveries > 0)
  await server.stop()
})

test('the report is one file that names its run', async () => {
  const html = join(folder, 'report.html')
  const json = join(folder, 'result.json')
  const { code, out, err } = await bench('fanout', ...short, '--connections', '5', '--html', html, '--json', json)
  assert.equal(code, 0, err)
  assert.match(out, /deliveries +[\d,.]+ \/s/)
  assert.match(err, /measuring/)
  const page = readFileSync(html, 'utf8')
  assert.ok(page.startsWith('<!doctype html>'))
  assert.ok(page.includes(JSON.parse(readFileSync(json, 'utf8')).started))
})

test('says what is wrong and what to do', async () => {
  const refused = await bench('fanout', 'ws://127.0.0.1:1', '--quiet')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /nothing listens at 127\.0\.0\.1:1/)

  const usage = await bench('fanuot', 'localhost', '--connections', 'many', '--duration', '5')
  assert.equal(usage.code, 2)
  assert.match(usage.err, /must be fanout, echo, idle, storm or mixed, not "fanuot"/)
  assert.match(usage.err, /begins with ws:\/\//)
  assert.match(usage.err, /--connections must be a number from 1 to 1000000, not "many"/)
  assert.match(usage.err, /--duration must be a time from 100ms to 86400s with its unit/)

  const nothing = await bench('echo')
  assert.match(nothing.err, /start a server with --demo/)
})

test('a server that is no WebSocket server, and one that cuts the connection', async () => {
  const web = await start()
  const refused = await bench('fanout', `${web.wsUrl}/health`, '--quiet')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /the server answered HTTP/)
  await web.stop()

  const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise((resolve) => rude.once('listening', resolve))
  const cut = await bench('echo', `ws://127.0.0.1:${rude.address().port}`, '--quiet')
  assert.equal(cut.code, 1)
  assert.match(cut.err, /cut the connection|reset/)
  rude.close()
})
