// A number before the title of the tab, whatever page sets that title: "(3) Danmaku · Parley".
import { onScopeDispose, watch } from 'vue'

export function useTitleCount(count: () => number) {
  let prefix = ''
  const observer = new MutationObserver(put)
  observer.observe(document.head, { childList: true, subtree: true, characterData: true })
  watch(count, put, { immediate: true })
  onScopeDispose(() => {
    observer.disconnect()
    show('')
  })

  function put() {
    show(count() > 0 ? `(${count()}) ` : '')
  }

  function show(next: string) {
    const { title } = document
    const bare = title.startsWith(prefix) ? title.slice(prefix.length) : title
    prefix = next
    if (title !== next + bare) document.title = next + bare
  }
}
