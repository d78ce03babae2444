// The bytes of answers as the browser counted them (Resource Timing), for the addresses that are meant.
export function watchTransfers(
  isMeant: (url: URL) => boolean,
  received: (bytes: number) => void,
): () => void {
  const count = (entries: PerformanceEntryList) => {
    for (const entry of entries as PerformanceResourceTiming[]) {
      if (isMeant(new URL(entry.name))) received(entry.transferSize)
    }
  }
  const observer = new PerformanceObserver((list) => count(list.getEntries()))
  observer.observe({ type: 'resource' })
  return () => {
    count(observer.takeRecords())
    observer.disconnect()
  }
}
