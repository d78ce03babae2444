// A ref that remembers itself in localStorage. Storage may be blocked or hold rubbish written by an
// older page: both give the fallback, never an error.
import { ref, watch, type Ref } from 'vue'

export function useStored<T>(
  key: string,
  fallback: T,
  valid: (value: unknown) => value is T,
): Ref<T> {
  const stored = ref(read(key, fallback, valid)) as Ref<T>
  watch(stored, (value) => write(key, value), { deep: true })
  return stored
}

function read<T>(key: string, fallback: T, valid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return valid(value) ? value : fallback
  } catch {
    return fallback
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
