import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { forget, upload, UploadError, type UploadOptions } from './uploads'

const tooLarge = { code: 124, name: 'file_too_large', message: 'The file is larger than …' }

/** A server that keeps one upload, and what it was asked. */
function fakeServer({ refuse = 0, lose = [] as number[] } = {}) {
  const asked: string[] = []
  let stored = 0
  let size = 0
  const fetch = vi.fn(async (address: string, init: RequestInit) => {
    const { method = 'GET', headers = {}, body, signal } = init
    signal?.throwIfAborted()
    const given = headers as Record<string, string>
    asked.push(`${method} ${address} ${given['Upload-Offset'] ?? ''}`.trim())
    if (refuse) return Response.json({ error: tooLarge }, { status: refuse })
    if (method === 'POST') {
      size = Number(given['Upload-Length'])
      return new Response(null, { status: 201, headers: { Location: '/files/1' } })
    }
    if (method === 'HEAD') {
      return new Response(null, { headers: { 'Upload-Offset': String(stored) } })
    }
    if (method === 'PATCH') {
      stored = Number(given['Upload-Offset']) + (body as Blob).size
      if (lose.includes(asked.length)) throw new TypeError('the answer was lost')
      return new Response(null, { status: 204, headers: { 'Upload-Offset': String(stored) } })
    }
    return stored === size
      ? Response.json({ id: '1', url: '/files/1/a', name: 'a', type: 't', size })
      : new Response('{}', { status: 404 })
  })
  vi.stubGlobal('fetch', fetch)
  return { asked, fetch }
}

const content = new Blob([new Uint8Array(600 * 1024)], { type: 'text/plain' })
const options = (more: Partial<UploadOptions> = {}): UploadOptions => ({
  path: '/files',
  name: '图.txt',
  headers: {},
  onProgress: () => {},
  signal: new AbortController().signal,
  ...more,
})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('goes piece by piece and tells how far it is', async () => {
  const { asked, fetch } = fakeServer()
  const progress: number[] = []
  const file = await upload(content, options({ onProgress: (sent) => progress.push(sent) }))
  expect(file.url).toBe('/files/1/a')
  expect(asked).toEqual([
    'POST /files',
    'PATCH /files/1 0',
    'PATCH /files/1 262144',
    'PATCH /files/1 524288',
    'GET /files/1',
  ])
  expect(progress).toEqual([262144, 524288, 614400])
  const metadata = (fetch.mock.calls[0]![1].headers as Record<string, string>)['Upload-Metadata']!
  const name = Uint8Array.from(atob(metadata.split(/[ ,]/)[1]!), (char) => char.charCodeAt(0))
  expect(new TextDecoder().decode(name)).toBe('图.txt')
})

it('asks where the server stands after a lost answer, and sends nothing twice', async () => {
  const { asked } = fakeServer({ lose: [3] })
  const done = upload(content, options())
  await vi.runAllTimersAsync()
  await done
  expect(asked.slice(2)).toEqual([
    'PATCH /files/1 262144',
    'HEAD /files/1',
    'PATCH /files/1 524288',
    'GET /files/1',
  ])
})

it('goes in the pieces that the server takes', async () => {
  const { asked } = fakeServer()
  await upload(content, options({ pieceBytes: 400 * 1024 }))
  expect(asked.filter((line) => line.startsWith('PATCH'))).toEqual([
    'PATCH /files/1 0',
    'PATCH /files/1 409600',
  ])
})

it('gives up at once where the server means it', async () => {
  const { asked } = fakeServer({ refuse: 413 })
  await expect(upload(content, options())).rejects.toMatchObject({
    status: 413,
    message: 'upload refused: 413 file_too_large',
  })
  expect(asked).toHaveLength(1)
})

it('says that nobody answers after its tries', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')))
  const done = upload(content, options()).catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  expect(await done).toBeInstanceOf(UploadError)
  expect(await done).toMatchObject({ status: 0 })
})

it('takes back what was begun when it is cancelled', async () => {
  const { asked } = fakeServer()
  const abort = new AbortController()
  const done = upload(content, options({ signal: abort.signal, onProgress: () => abort.abort() }))
  await expect(done).rejects.toThrow()
  expect(asked.at(-1)).toBe('DELETE /files/1')
  forget('/files/2', {})
  expect(asked.at(-1)).toBe('DELETE /files/2')
})
