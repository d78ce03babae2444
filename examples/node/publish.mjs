// Publishes a message from a back end, and tries again until it is answered: node publish.mjs tea hello
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:8000'
const key = process.env.PARLEY_API_KEY ?? 'demo-api-key'

const ATTEMPTS = 5
const INTERNAL = 100 // not done, and may be tried again; docs/http-api.md has all codes
const TOO_MANY_REQUESTS = 111

async function publish(channel, data) {
  // One key for all attempts: however many of them arrive, the message is heard once.
  const body = JSON.stringify({ channel, data, idempotency_key: randomUUID() })
  for (let attempt = 1; ; attempt++) {
    const { result, error } = await post('publish', body).catch(({ message }) => ({
      error: { code: INTERNAL, message }, // no answer: nobody knows whether it was done
    }))
    if (result) return result
    const again = error.code === INTERNAL || error.code === TOO_MANY_REQUESTS
    if (!again || attempt === ATTEMPTS) throw new Error(`${error.code} ${error.message}`)
    await pause(200 * 2 ** attempt * Math.random())
  }
}

async function post(method, body) {
  const response = await fetch(`${server}/api/${method}`, {
    method: 'POST',
    headers: { 'X-API-Key': key },
    body,
    signal: AbortSignal.timeout(5000),
  })
  return response.json()
}

const [channel, data] = process.argv.slice(2)
console.log(await publish(channel, data))
