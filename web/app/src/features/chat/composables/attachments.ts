// Files on their way into the next message of one conversation: checked before, sent at once, kept until
// the message goes out. Owner: useAttachments, which has one for each conversation.
import { computed, ref, type Ref } from 'vue'
import type { ServerInfo } from '@/shared/api/serverInfo'
import { forget, upload, UploadError } from '@/shared/api/uploads'
import { MAX_FILES, type ChatFile, type Problem } from '../model'
import { isImage } from './files'
import { lookAt } from './thumbnail'

export interface Attachment {
  key: number
  name: string
  size: number
  /** Bytes that the server has. */
  sent: number
  preview: string | null
  state: 'sending' | 'done' | 'failed' | 'refused'
  /** A key below `chat.file`. */
  problem: Problem | null
}

interface Job {
  file: File
  abort: AbortController
  /** Addresses of what the server has of it. */
  uploads: string[]
  result: ChatFile | null
}

/** Uploads of this page at once; the server allows a user only some. */
const AT_ONCE = 3
const inTurn = createTurns(AT_ONCE)

let count = 0

export interface Sender {
  /** What the server takes; null is nothing. */
  server: ServerInfo['files']
  me: Readonly<Ref<string>>
  token: Readonly<Ref<string>>
  sizeWords(bytes: number): string
}

export function createAttachments({ server, me, token, sizeWords }: Sender) {
  const items = ref<Attachment[]>([])
  const jobs = new Map<number, Job>()
  const ready = computed(() =>
    items.value.flatMap(({ key, state }) => (state === 'done' ? [jobs.get(key)!.result!] : [])),
  )
  const busy = computed(() => items.value.some(({ state }) => state === 'sending'))

  function check(file: File): Problem | null {
    if (!server) return { key: 'refused', values: {} }
    if (items.value.length >= MAX_FILES) return { key: 'tooMany', values: { n: MAX_FILES } }
    if (file.size === 0) return { key: 'empty', values: {} }
    if (file.size > server.max_bytes) {
      return { key: 'tooLarge', values: { max: sizeWords(server.max_bytes) } }
    }
    if (!takes(server.types, file.type)) return { key: 'type', values: {} }
    return null
  }

  function add(files: readonly File[]) {
    for (const file of files) {
      const problem = check(file)
      const key = ++count
      const preview = !problem && isImage(file) ? URL.createObjectURL(file) : null
      const { name, size } = file
      const state = problem ? 'refused' : 'sending'
      items.value.push({ key, name, size, sent: 0, preview, state, problem })
      if (problem) continue
      jobs.set(key, { file, abort: new AbortController(), uploads: [], result: null })
      void run(key)
    }
  }

  async function run(key: number) {
    const job = jobs.get(key)!
    const item = () => items.value.find((other) => other.key === key)
    try {
      job.result = await inTurn(() =>
        sendAll(job, (sent) => {
          const shown = item()
          if (shown) shown.sent = sent
        }),
      )
      const shown = item()
      if (shown) shown.state = 'done'
    } catch (error) {
      const shown = item()
      if (!shown || job.abort.signal.aborted) return
      shown.problem = problemOf(error)
      shown.state = 'failed'
    }
  }

  /** The file, and for a picture its size and a thumbnail. */
  async function sendAll(job: Job, onProgress: (sent: number) => void): Promise<ChatFile> {
    const { file, abort } = job
    const picture = isImage(file) ? await lookAt(file) : null
    const { url, name, type, size } = await sendOne(file, file.name, onProgress)
    if (!picture) return { url, name, type, size }
    const { width, height, thumb } = picture
    const small = thumb && (await sendOne(thumb, `${file.name}.thumb.webp`, () => {}))
    return { url, name, type, size, width, height, ...(small ? { thumb: small.url } : {}) }

    async function sendOne(content: Blob, name: string, onProgress: (sent: number) => void) {
      const sent = await upload(content, {
        path: address(),
        pieceBytes: server!.chunk_bytes,
        name,
        headers: headers(),
        onProgress,
        signal: abort.signal,
      })
      job.uploads.push(address(`/${sent.id}`))
      return sent
    }
  }

  /** A token goes in a header; where the server believes names, the name goes in the address. */
  function address(below = ''): string {
    const query = token.value ? '' : `?username=${encodeURIComponent(me.value)}`
    return `${server!.path}${below}${query}`
  }

  function headers(): Record<string, string> {
    return token.value ? { Authorization: `Bearer ${token.value}` } : {}
  }

  function retry(key: number) {
    const item = items.value.find((other) => other.key === key)
    if (!item) return
    Object.assign(item, { state: 'sending', sent: 0, problem: null })
    void run(key)
  }

  /** Out of the tray; what the server has of it goes too, unless a message carries it now. */
  function remove(key: number, keepUploads = false) {
    const job = jobs.get(key)
    jobs.delete(key)
    job?.abort.abort()
    if (!keepUploads) job?.uploads.forEach((upload) => forget(upload, headers()))
    const item = items.value.find((other) => other.key === key)
    if (item?.preview) URL.revokeObjectURL(item.preview)
    items.value = items.value.filter((other) => other.key !== key)
  }

  /** A message carries what is done. What failed stays: it may be tried again, and go with the next. */
  function clear() {
    for (const { key, state } of items.value) if (state !== 'failed') remove(key, true)
  }

  function removeAll() {
    for (const { key } of items.value) remove(key)
  }

  return {
    items,
    ready,
    busy,
    add,
    retry,
    remove,
    clear,
    removeAll,
    refused: server === null,
    accept: server?.types.join(',') ?? '',
  }
}

export type Attachments = ReturnType<typeof createAttachments>

/** Types as in an `accept` attribute; a list that is empty takes everything. */
function takes(types: readonly string[], type: string): boolean {
  if (types.length === 0) return true
  return types.some(
    (taken) =>
      taken === '*/*' ||
      taken === type ||
      (taken.endsWith('/*') && type.startsWith(taken.slice(0, -1))),
  )
}

function problemOf(error: unknown): Problem {
  const status = error instanceof UploadError ? error.status : 0
  const key = {
    0: 'unreachable',
    401: 'forbidden',
    403: 'forbidden',
    413: 'tooLargeServer',
    415: 'type',
    507: 'full',
  }[status]
  return { key: key ?? 'failed', values: { status } }
}

/** Lets `most` pieces of work run at once; the others wait in order. */
function createTurns(most: number) {
  const waiting: (() => void)[] = []
  let free = most
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free--
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
