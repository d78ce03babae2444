// Who is typing, both ways: ours is told at most every two seconds, theirs is forgotten after five.
import { ref } from 'vue'

export const TELL_MS = 2000
export const FORGET_MS = 5000

export function useTyping(tell: () => void) {
  const typists = ref<string[]>([])
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let toldAt = -Infinity

  function touch() {
    if (performance.now() - toldAt < TELL_MS) return
    toldAt = performance.now()
    tell()
  }

  function heard(name: string) {
    clearTimeout(timers.get(name))
    timers.set(
      name,
      setTimeout(() => forget(name), FORGET_MS),
    )
    if (!typists.value.includes(name)) typists.value.push(name)
  }

  function forget(name: string) {
    clearTimeout(timers.get(name))
    timers.delete(name)
    typists.value = typists.value.filter((other) => other !== name)
  }

  function clear() {
    for (const name of [...timers.keys()]) forget(name)
  }

  return { typists, touch, heard, forget, clear }
}
