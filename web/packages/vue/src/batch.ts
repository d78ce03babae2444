// Brings many changes together: the first after a quiet time runs at once, those that follow within
// `ms` run together at its end. So one change is seen without delay and a crowd costs little.
export interface Batch {
  run(): void
  cancel(): void
}

export function createBatch(ms: number, work: () => void): Batch {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = false

  function pause(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (due) start()
    }, ms)
  }

  function start(): void {
    due = false
    pause()
    work()
  }

  return {
    run: () => (timer === undefined ? start() : void (due = true)),
    cancel() {
      clearTimeout(timer)
      timer = undefined
      due = false
    },
  }
}
