// Files on their way into the next message: checked before, sent at once, kept until the message goes
// out. Owner: the composer of one conversation; uploads that still run end with it.
import { computed, onScopeDispose, ref } from 'vue'
import { upload, UploadError, type UploadedFile } from '@/shared/api/uploads'
import { useIdentity } from '@/shared/composables/useIdentity'
import { useServerInfo } from '@/shared/composables/useServerInfo'
import { MAX_FILES, type ChatFile, type Problem } from '../model'
import { isImage, useByteWords } from './files'
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
  result: ChatFile | null
}

let count = 0

export function useAttachments() {
  const server = useServerInfo().files
  const { token, name: me } = useIdentity()
  const sizeWords = useByteWords()
  const items = ref<Attachment[]>([])
  const jobs = new Map<number, Job>()
  const ready = computed(() =>
    items.value.flatMap(({ key, state }) => (state === 'done' ? [jobs.get(key)!.result!] : [])),
  )
  const busy = computed(() => items.value.some(({ state }) => state === 'sending'))
  onScopeDispose(clear)

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
      jobs.set(key, { file, abort: new AbortController(), result: null })
      void run(key)
    }
  }

  async function run(key: number) {
    const job = jobs.get(key)!
    const item = () => items.value.find((other) => other.key === key)
    try {
      job.result = await sendAll(job, (sent) => {
        const shown = item()
        if (shown) shown.sent = sent
      })
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
  async function sendAll(
    { file, abort }: Job,
    onProgress: (sent: number) => void,
  ): Promise<ChatFile> {
    const picture = isImage(file) ? await lookAt(file) : null
    const whole = await sendOne(file, file.name, onProgress)
    const { url, name, type, size } = whole
    if (!picture) return { url, name, type, size }
    const { width, height, thumb } = picture
    const small = thumb && (await sendOne(thumb, `${file.name}.thumb.webp`, () => {}))
    return { url, name, type, size, width, height, ...(small ? { thumb: small.url } : {}) }

    function sendOne(
      content: Blob,
      name: string,
      onProgress: (sent: number) => void,
    ): Promise<UploadedFile> {
      const headers: Record<string, string> = token.value
        ? { Authorization: `Bearer ${token.value}` }
        : {}
      const path = token.value
        ? server!.path
        : `${server!.path}?username=${encodeURIComponent(me.value)}`
      return upload(content, { path, name, headers, onProgress, signal: abort.signal })
    }
  }

  function retry(key: number) {
    const item = items.value.find((other) => other.key === key)
    if (!item) return
    Object.assign(item, { state: 'sending', sent: 0, problem: null })
    void run(key)
  }

  function remove(key: number) {
    jobs.get(key)?.abort.abort()
    jobs.delete(key)
    const item = items.value.find((other) => other.key === key)
    if (item?.preview) URL.revokeObjectURL(item.preview)
    items.value = items.value.filter((other) => other.key !== key)
  }

  function clear() {
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
    refused: server === null,
    accept: server?.types.join(',') ?? '',
  }
}

export type Attachments = ReturnType<typeof useAttachments>

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
