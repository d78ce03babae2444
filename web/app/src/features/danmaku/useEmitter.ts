// Sending a comment: at most one in a few seconds, never one that waits; and taking one back. What
// cannot be done says so and stays, to be tried again or thrown away.
import { useConnection } from '@parley/vue'
import { computed, onScopeDispose, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { cleanText, MAX_CHARACTERS, type HeardComment } from './model/wire'
import type { Outgoing, Source } from './source'
import { useChoices } from './useChoices'

export const COOL_DOWN_MS = 3000
const FAILED_KEPT = 5

export interface Failed {
  key: number
  what: 'send' | 'takeBack'
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
  takeBack(comment: HeardComment): void
  retry(failed: Failed): void
  discard(failed: Failed): void
}

export function useEmitter(source: Source): Emitter {
  const { look } = useChoices()
  const { status } = useConnection()
  const text = ref('')
  const cooling = ref(false)
  const failed = reactive<Failed[]>([])
  const works = new Map<number, Outgoing>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let keys = 0
  onScopeDispose(() => clearTimeout(timer))

  const over = computed(() => Math.max([...text.value].length - MAX_CHARACTERS, 0))

  function send() {
    const line = cleanText(text.value)
    if (!line || over.value > 0 || cooling.value) return
    text.value = ''
    cool()
    begin('send', source.compose(line, { ...look.value }))
  }

  function begin(what: Failed['what'], outgoing: Outgoing) {
    const key = ++keys
    works.set(key, outgoing)
    void attempt({ key, what, text: outgoing.text, why: 'offline', words: '', trying: true })
  }

  function cool() {
    cooling.value = true
    timer = setTimeout(() => (cooling.value = false), COOL_DOWN_MS)
  }

  async function attempt(entry: Failed) {
    entry.trying = true
    try {
      if (status.value.state !== 'connected') throw new Error('offline')
      await works.get(entry.key)!.send()
      forget(entry)
    } catch (error) {
      // Thrown away while it was tried again.
      if (!works.has(entry.key)) return
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
    works.get(entry.key)?.discard()
    forget(entry)
  }

  function forget(entry: Failed) {
    works.delete(entry.key)
    const index = failed.findIndex(({ key }) => key === entry.key)
    if (index >= 0) failed.splice(index, 1)
  }

  return {
    text,
    over,
    cooling,
    failed,
    send,
    takeBack: (comment) => begin('takeBack', source.takeBack(comment)),
    retry: (entry) => void attempt(entry),
    discard,
  }
}
