// WebSockets for the lessons about them: a bare one, one whose other side can be frozen, and one whose
// server can be away. Faults are made inside the page, so they hurt no real server.
export const openSocket = (url: string, protocols?: string[]): WebSocket =>
  new WebSocket(url, protocols)

/** While frozen, nothing that comes is heard; what is sent goes out as ever. */
export function freezable(isFrozen: () => boolean): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      // The first listener of all: it decides whether the others hear of it.
      this.addEventListener('message', (event) => {
        if (isFrozen()) event.stopImmediatePropagation()
      })
    }
  }
}

/** While away, an attempt fails as that of a refused connection does: closed, with 1006. */
export function sometimesAway(isAway: () => boolean): typeof WebSocket {
  const open = function (url: string | URL, protocols?: string | string[]) {
    return isAway() ? new RefusedSocket() : new WebSocket(url, protocols)
  }
  return open as unknown as typeof WebSocket
}

class RefusedSocket {
  readyState: number = WebSocket.CONNECTING
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  private readonly timer = setTimeout(() => {
    this.readyState = WebSocket.CLOSED
    this.onclose?.({ code: 1006, reason: '' })
  })

  close(): void {
    clearTimeout(this.timer)
    this.readyState = WebSocket.CLOSED
  }
}
