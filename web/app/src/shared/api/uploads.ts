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
  /** What the server takes in one request, if it says so. */
  pieceBytes?: number
  name: string
  /** Who is sending: an Authorization header, or nothing. */
  headers: Record<string, string>
  onProgress(sent: number): void
  signal: AbortSignal
}

/** The server's last word, by its name in docs/errors.md. `status` 0: it could not be reached in all tries. */
export class UploadError extends Error {
  constructor(
    readonly status: number,
    reason = '',
  ) {
    super(`upload refused: ${status} ${reason}`.trim())
  }
}

/** Small enough for a slow line. */
const PIECE = 256 * 1024
const TRIES = 8
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8000
const PASSING = [409, 423, 429, 500, 502, 503, 504]
const TUS = { 'Tus-Resumable': '1.0.0' }

export async function upload(content: Blob, options: UploadOptions): Promise<UploadedFile> {
  const location = await insist(options.signal, () => create(content, options))
  try {
    await fill(location, content, options)
    return await insist(options.signal, async () => {
      const reply = await send(location, options, 'GET')
      return (await reply.json()) as UploadedFile
    })
  } catch (error) {
    if (options.signal.aborted) forget(location, options.headers)
    throw error
  }
}

/** Takes an upload back, finished or not. What fails here expires on the server by itself. */
export function forget(location: string, headers: Record<string, string>): void {
  fetch(location, { method: 'DELETE', headers: { ...TUS, ...headers } }).catch(() => {})
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

/** Piece by piece; after an error from where the server stands. */
async function fill(location: string, content: Blob, options: UploadOptions): Promise<void> {
  const { pieceBytes = PIECE } = options
  for (let offset = 0; offset < content.size; options.onProgress(offset)) {
    offset = await insist(options.signal, async (again) => {
      if (again) offset = await offsetOf(location, options)
      if (offset === content.size) return offset
      const piece = content.slice(offset, offset + pieceBytes)
      const reply = await send(location, options, 'PATCH', piece, {
        'Upload-Offset': String(offset),
        'Content-Type': 'application/offset+octet-stream',
      })
      return Number(reply.headers.get('Upload-Offset') ?? offset + piece.size)
    })
  }
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
  const all = { ...TUS, ...headers, ...more }
  const reply = await fetch(address, { method, body, signal, headers: all })
  if (reply.ok) return reply
  // A proxy on the way answers with a body of its own, or with none.
  const { error } = (await reply.json().catch(() => ({}))) as { error?: { name?: string } }
  throw new UploadError(reply.status, error?.name)
}

/** Tries again what may pass: no answer, a busy server, a piece that was already there. */
async function insist<T>(signal: AbortSignal, attempt: (retry: boolean) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt(tried > 1)
    } catch (error) {
      signal.throwIfAborted()
      const passing = !(error instanceof UploadError) || PASSING.includes(error.status)
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
