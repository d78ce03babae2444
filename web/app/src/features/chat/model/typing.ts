// Who is writing, both ways: ours is told at most every three seconds, theirs is forgotten after five
// or with their message.
import { shallowRef } from 'vue'

export const TELL_MS = 3000
export const FORGET_MS = 5000
/** More than these are "several people". */
const TYPISTS_KEPT = 20

export function createTyping(tell: () => void) {
  const typists = shallowRef<readonly string[]>([])
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let toldAt = -Infinity

  function forget(name: string) {
    clearTimeout(timers.get(name))
    if (timers.delete(name)) typists.value = [...timers.keys()]
  }

  return {
    typists,
    forget,

    touch() {
      if (performance.now() - toldAt < TELL_MS) return
      toldAt = performance.now()
      tell()
    },

    heard(name: string) {
      if (!timers.has(name) && timers.size >= TYPISTS_KEPT) return
      clearTimeout(timers.get(name))
      timers.set(
        name,
        setTimeout(() => forget(name), FORGET_MS),
      )
      if (timers.size !== typists.value.length) typists.value = [...timers.keys()]
    },

    /** What was written is sent: whoever goes on writes something new. */
    sent() {
      toldAt = -Infinity
    },

    clear() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      typists.value = []
    },
  }
}
