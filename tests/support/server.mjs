// A real server for a test: starts the binary on a free loopback port and waits for its word that it listens.
// The test that starts it stops it; `stop()` fails the test when the server did not end with code 0, or when a
// sanitizer has spoken. Whatever happens, the process does not outlive the test's.
//
//   const server = await start({ env: { PARLEY_LIMITS__PING_INTERVAL: '1s' } });
//   new WebSocket(`${server.wsUrl}/echo`);
//   await server.stop();
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const binary =
  process.env.PARLEY_BIN ?? fileURLToPath(new URL('../../build/dev/bin/parley', import.meta.url))

/** Whether the binary carries a sanitizer, which makes it several times slower. */
export function isSanitized() {
  const code = readFileSync(binary)
  return ['__asan_init', '__tsan_init'].some((word) => code.includes(word))
}

// Ample, for a sanitized binary on a busy machine.
const START_MS = 30_000
const STOP_MS = 30_000
const SANITIZER = /(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:/

/**
 * @param {object} [options]
 * @param {string} [options.command] `serve` or `demo`
 * @param {string} [options.listen] address for --listen; port 0 takes a free one
 * @param {string[]} [options.args] further arguments
 * @param {Record<string, string>} [options.env] settings as PARLEY_SECTION__KEY
 * @param {boolean} [options.nohup] start it as nohup does: a hangup is nothing to it
 * @param {number} [options.listeners] how many "listening on" lines to wait for
 */
export async function start({
  command = 'serve',
  listen = '127.0.0.1:0',
  args = [],
  env = {},
  nohup = false,
  listeners = 1,
} = {}) {
  const words = [binary, command, ...(listen ? ['--listen', listen] : []), ...args]
  if (nohup) words.unshift('sh', '-c', 'trap "" HUP; exec "$@"', 'sh')
  const child = spawn(words[0], words.slice(1), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)

  const stdout = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', kill)
    // A crash: without its last words a test that only sees the line drop says nothing of the cause.
    if (code > 2 || signal === 'SIGABRT' || signal === 'SIGSEGV') console.error(stderr.slice(-8000))
    return { code, signal }
  })

  const addresses = await new Promise((resolve, reject) => {
    const found = []
    const late = setTimeout(() => fail('did not listen in time'), START_MS)
    const fail = (why) => {
      clearTimeout(late)
      kill()
      reject(new Error(`${binary} ${why}\n${stdout.join('\n')}\n${stderr}`))
    }
    child.once('error', (error) => fail(error.message))
    ended.then(
      ({ code }) => fail(`ended with code ${code} before it listened`),
      () => {},
    )
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout.push(line)
      const address = line.match(/listening on (\S+)/)?.[1]
      if (!address || found.push(address) < listeners) return
      clearTimeout(late)
      resolve(found)
    })
  })
  const url = addresses[0].replace(/\/$/, '')

  return {
    url,
    wsUrl: url.replace(/^http/, 'ws'),
    port: Number(url.match(/:(\d+)$/)?.[1]),
    addresses,
    pid: child.pid,
    /** Lines of standard output so far. */
    stdout,
    /** Standard error so far. */
    get stderr() {
      return stderr
    },
    /** Resolves to { code, signal } when the process is gone. */
    ended,
    signal: (name) => child.kill(name),

    /** Asks it to end and waits. Throws unless it ends well: code 0 and no sanitizer report. */
    async stop() {
      child.kill('SIGTERM')
      let late
      const deadline = new Promise((resolve) => {
        late = setTimeout(resolve, STOP_MS, { code: `none within ${STOP_MS} ms of SIGTERM` })
      })
      const { code, signal } = await Promise.race([ended, deadline])
      clearTimeout(late)
      kill()
      if (SANITIZER.test(stderr)) throw new Error(`sanitizer report\n${stderr}`)
      if (code !== 0) throw new Error(`exit code ${code}, signal ${signal}\n${stderr}`)
    },

    /**
     * Figures of /metrics by name. A name alone is the sum over its labels; a sample with labels is
     * also found under its full text: metrics['parley_errors_total{reason="slow_consumer"}'].
     */
    async metrics() {
      const reply = await fetch(`${url}/metrics`, { headers: { connection: 'close' } })
      if (reply.status !== 200) throw new Error(`/metrics answered ${reply.status}`)
      const figures = {}
      for (const line of (await reply.text()).split('\n')) {
        const [, name, labels, value] = line.match(/^(\w+)(\{.*\})? (\S+)$/) ?? []
        if (!name) continue
        figures[name] = (figures[name] ?? 0) + Number(value)
        if (labels) figures[name + labels] = Number(value)
      }
      return figures
    },

    /** Resident memory in bytes. */
    residentBytes: () =>
      Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024,
  }
}

/** Polls until `condition` gives something true and returns that; throws after `ms`. */
export async function eventually(condition, what, ms = 15_000) {
  const end = Date.now() + ms
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
