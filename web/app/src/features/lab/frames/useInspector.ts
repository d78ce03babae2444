// The frame under the glass: of a text that is typed, or of a row of the log.
import { computed, ref, shallowRef } from 'vue'
import { randomBytes, utf8 } from '../lib/bytes'
import { CLOSE, closePayload, encodeFrame, type FieldName, PING, TEXT } from '../lib/frame'

export const kinds = { text: TEXT, ping: PING, close: CLOSE } as const
export type Kind = keyof typeof kinds

/** A control frame carries at most so much (RFC 6455, 5.5); a close frame two bytes of it for the code. */
const CONTROL_BYTES = 125
const NORMAL = 1000

export function useInspector() {
  const text = ref('hello')
  const kind = ref<Kind>('text')
  const fromClient = ref(true)
  const key = shallowRef(randomBytes(4))
  /** The field that the eye is on. */
  const field = ref<FieldName | null>(null)

  const payload = computed(() => {
    const bytes = utf8(text.value)
    if (kind.value === 'text') return bytes
    if (kind.value === 'ping') return bytes.slice(0, CONTROL_BYTES)
    return closePayload(NORMAL, bytes.slice(0, CONTROL_BYTES - 2))
  })
  const view = computed(() =>
    encodeFrame(kinds[kind.value], payload.value, fromClient.value ? key.value : undefined),
  )

  const drawKey = () => (key.value = randomBytes(4))

  function inspect(given: { text: string; direction: 'in' | 'out' }) {
    kind.value = 'text'
    text.value = given.text
    fromClient.value = given.direction === 'out'
  }

  return { text, kind, fromClient, key, field, payload, view, drawKey, inspect }
}

export type Inspector = ReturnType<typeof useInspector>
