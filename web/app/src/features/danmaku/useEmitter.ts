// Sending a comment: at most one in a few seconds, never one that waits. What cannot be sent says so
// and stays, to be tried again or thrown away.
import { useConnection } from '@parley/vue'
import { computed, onScopeDispose, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { cleanText, MAX_CHARACTERS } from './model/wire'
import type { Outgoing, Source } from './source'
import { useChoices } from './useChoices'

export const COOL_DOWN_MS = 3000
const FAILED_KEPT = 5

export interface Failed {
  key: number
  text: string
  /** offline: the line is down. refused: the server's words. late: no answer. */
  why: 'offline' | 'refused' | 'late'
  words: string
  trying: boolean
}

export interface Emitter {
  text: Ref<string>
  /** Characters over the limit. */
  over: ComputedRef<number>
  cooling: Readonly<Ref<boolean>>
  failed: readonly Failed[]
  send(): void
  retry(failed: Failed): void
  discard(failed: Failed): void
}

export function useEmitter(source: Source): Emitter {
  const { look } = useChoices()
  const { status } = useConnection()
  const text = ref('')
  const cooling = ref(false)
  const failed = reactive<Failed[]>([])
  const comments = new Map<number, Outgoing>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let keys = 0
  onScopeDispose(() => clearTimeout(timer))

  const over = computed(() => Math.max([...text.value].length - MAX_CHARACTERS, 0))

  function send() {
    const line = cleanText(text.value)
    if (!line || over.value > 0 || cooling.value) return
    text.value = ''
    cool()
    const key = ++keys
    comments.set(key, source.compose(line, { ...look.value }))
    void attempt({ key, text: line, why: 'offline', words: '', trying: true })
  }

  function cool() {
    cooling.value = true
    timer = setTimeout(() => (cooling.value = false), COOL_DOWN_MS)
  }

  async function attempt(entry: Failed) {
    entry.trying = true
    try {
      if (status.value.state !== 'connected') throw new Error('offline')
      await comments.get(entry.key)!.send()
      forget(entry)
    } catch (error) {
      Object.assign(entry, { ...reasonOf(error), trying: false })
      if (failed.includes(entry)) return
      failed.push(entry)
      if (failed.length > FAILED_KEPT) discard(failed[0]!)
    }
  }

  function reasonOf(error: unknown): Pick<Failed, 'why' | 'words'> {
    const { code = 0, message = '' } = error as { code?: number; message?: string }
    if (code >= 100) return { why: 'refused', words: message }
    return { why: status.value.state === 'connected' ? 'late' : 'offline', words: '' }
  }

  function discard(entry: Failed) {
    comments.get(entry.key)?.discard()
    forget(entry)
  }

  function forget(entry: Failed) {
    comments.delete(entry.key)
    const index = failed.findIndex(({ key }) => key === entry.key)
    if (index >= 0) failed.splice(index, 1)
  }

  return {
    text,
    over,
    cooling,
    failed,
    send,
    retry: (entry) => void attempt(entry),
    discard,
  }
}
