// A typed event emitter in a dozen lines: the framework-free core speaks through it, composables
// listen. Listeners run in the order they came; `on` returns the function that removes it again.
export class Emitter<Events extends object> {
  private listeners = new Map<keyof Events, Set<(value: never) => void>>()

  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, set)
    set.add(listener)
    return () => set.delete(listener)
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      ;(listener as (value: Events[K]) => void)(value)
    }
  }
}
