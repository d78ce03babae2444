// News from outside of a line: the network is back, or the page is looked at again. `wake` tries now
// what waits, and checks what seems to stand; `doubt` is for a network that the system reports gone.
// Returns the function that stops listening; where there is no page, nothing is listened to.
export function onWake(wake: () => void, doubt: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const wakeIfVisible = () => document.visibilityState === 'visible' && wake()
  window.addEventListener('online', wake)
  window.addEventListener('offline', doubt)
  document.addEventListener('visibilitychange', wakeIfVisible)
  return () => {
    window.removeEventListener('online', wake)
    window.removeEventListener('offline', doubt)
    document.removeEventListener('visibilitychange', wakeIfVisible)
  }
}

export function isVisible(): boolean {
  return typeof document === 'undefined' || document.visibilityState === 'visible'
}
