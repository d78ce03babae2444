// A typed event emitter. Listeners run in the order they came, each as often as it was given: two
// components may pass the same function. One that throws neither stops the others nor the connection
// that called it: its error is reported as an uncaught one.
type Entry = { listener: (value: never) => void }

export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Entry>>()

  /** Returns the function that removes the listener again. */
  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, set)
    const entry = { listener }
    set.add(entry)
    return () => void set.delete(entry)
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const { listener } of [...(this.listeners.get(name) ?? [])]) {
      try {
        ;(listener as (value: Events[K]) => void)(value)
      } catch (error) {
        report(error)
      }
    }
  }
}

function report(error: unknown): void {
  if (typeof reportError === 'function') return reportError(error)
  queueMicrotask(() => {
    throw error
  })
}
