// The key that is typed, and what a server would make of it.
import { computed, ref, shallowRef, watch } from 'vue'
import {
  acceptSteps,
  isKey,
  keyBytes,
  RFC_ACCEPT,
  RFC_KEY,
  randomKey,
  type AcceptSteps,
} from '../lib/handshake'

export function useHandshake() {
  const key = ref(randomKey())
  const steps = shallowRef<AcceptSteps | null>(null)
  const bytes = computed(() => keyBytes(key.value))
  /** The RFC's own example, and we came to its result. */
  const isExample = computed(() => key.value === RFC_KEY && steps.value?.accept === RFC_ACCEPT)

  watch(key, compute, { immediate: true })

  async function compute(given: string) {
    const computed = isKey(given) ? await acceptSteps(given) : null
    // Another key may have been typed meanwhile.
    if (given === key.value) steps.value = computed
  }

  return {
    key,
    steps,
    bytes,
    isExample,
    drawKey: () => (key.value = randomKey()),
    takeExample: () => (key.value = RFC_KEY),
  }
}
