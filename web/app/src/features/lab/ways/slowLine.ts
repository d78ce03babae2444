// A slower line than there really is, played inside the page: what goes one way over it takes so much longer.
export interface SlowLine {
  /** Resolves when something has come to the other end; once the line has ended, nothing does. */
  pass(): Promise<void>
  end(): void
}

export function slowLine(oneWayMs: number): SlowLine {
  let ended = false
  return {
    pass: () =>
      new Promise((resolve) => {
        // Even an empty timer would be seen in the figures of a fast line.
        if (oneWayMs === 0) resolve()
        else setTimeout(() => !ended && resolve(), oneWayMs)
      }),
    end: () => (ended = true),
  }
}
