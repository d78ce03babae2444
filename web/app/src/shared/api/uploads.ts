// Sending a file to the server by the tus protocol (docs/files.md): made once, then filled piece by
// piece. A lost line is waited out and the upload goes on where the server says it stopped; what the
// server refuses is final.
export interface UploadedFile {
  id: string
  url: string
  name: string
  type: string
  size: number
}

export interface UploadOptions {
  /** Where uploads are made, as the server's /app.json says: "/files". */
  path: string
  name: string
  /** Who is sending: an Authorization header, or nothing. */
  headers: Record<string, string>
  onProgress(sent: number): void
  signal: AbortSignal
}

/** The server's last word. `status` 0: it could not be reached in all tries. */
export class UploadError extends Error {
  constructor(
    readonly status: number,
    readonly code = '',
  ) {
    super(`upload refused: ${status} ${code}`)
  }
}

const PIECE = 512 * 1024
const TRIES = 8
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8000
const TUS = { 'Tus-Resumable': '1.0.0' }

export async function upload(content: Blob, options: UploadOptions): Promise<UploadedFile> {
  const location = await insist(options.signal, () => create(content, options))
  let offset = 0
  for (;;) {
    const sent = await insist(options.signal, (retry) => sendPiece(retry))
    if (typeof sent !== 'number') return sent
    offset = sent
    options.onProgress(offset)
  }

  /** One piece from where the server stands; the file itself once it is whole. */
  async function sendPiece(retry: boolean): Promise<number | UploadedFile> {
    if (retry) offset = await offsetOf(location, options)
    const piece = content.slice(offset, offset + PIECE)
    const reply = await send(location, options, 'PATCH', piece, {
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    })
    const next = Number(reply.headers.get('Upload-Offset') ?? offset + piece.size)
    if (next < content.size) return next
    options.onProgress(content.size)
    return (await reply.json()) as UploadedFile
  }
}

async function create(content: Blob, options: UploadOptions): Promise<string> {
  const reply = await send(options.path, options, 'POST', undefined, {
    'Upload-Length': String(content.size),
    'Upload-Metadata': metadata({ filename: options.name, filetype: content.type }),
  })
  const location = reply.headers.get('Location')
  if (!location) throw new UploadError(reply.status, 'no location')
  return location
}

async function offsetOf(location: string, options: UploadOptions): Promise<number> {
  const reply = await send(location, options, 'HEAD')
  return Number(reply.headers.get('Upload-Offset') ?? 0)
}

async function send(
  address: string,
  { headers, signal }: UploadOptions,
  method: string,
  body?: Blob,
  more: Record<string, string> = {},
): Promise<Response> {
  const reply = await fetch(address, {
    method,
    body,
    signal,
    headers: { ...TUS, ...headers, ...more },
  })
  if (reply.ok) return reply
  const words = (await reply.json().catch(() => ({}))) as { error?: unknown }
  throw new UploadError(reply.status, String(words.error ?? ''))
}

/** Tries again what may pass: no answer, a busy server, a piece that was already there. */
async function insist<T>(signal: AbortSignal, attempt: (retry: boolean) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt(tried > 1)
    } catch (error) {
      signal.throwIfAborted()
      const passing =
        !(error instanceof UploadError) ||
        [409, 423, 429, 500, 502, 503, 504].includes(error.status)
      if (!passing) throw error
      if (tried === TRIES) throw error instanceof UploadError ? error : new UploadError(0)
      await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)), signal)
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

function metadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(
      ([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`,
    )
    .join(',')
}
