// Calls at most once per frame, however often it is asked for; a hidden page has no frames, there a
// slow timer does it.
const HIDDEN_MS = 500

export interface PerFrame {
  soon(): void
  now(): void
  cancel(): void
}

export function perFrame(run: () => void): PerFrame {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0

  function cancel() {
    clearTimeout(timer)
    if (frame) cancelAnimationFrame(frame)
    timer = undefined
    frame = 0
  }

  function now() {
    cancel()
    run()
  }

  return {
    cancel,
    now,
    soon() {
      if (timer !== undefined) return
      timer = setTimeout(now, HIDDEN_MS)
      frame = requestAnimationFrame(now)
    },
  }
}
