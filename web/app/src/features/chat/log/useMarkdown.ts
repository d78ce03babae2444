// The renderer of messages, once it has loaded. Until then a message is plain text. What was rendered
// is kept, for rows that scroll out and in again.
import { shallowRef } from 'vue'

const KEPT = 2000

type Render = (text: string, me: string) => string
const render = shallowRef<Render | null>(null)
const kept = new Map<string, string>()
let asked = false

async function load() {
  try {
    const { renderMarkdown } = await import('./markdown')
    render.value = renderMarkdown
  } catch {
    // Plain text it stays; the next message tries again.
    asked = false
  }
}

export function useMarkdown() {
  return (text: string, me: string): string | null => {
    if (!asked) {
      asked = true
      void load()
    }
    if (!render.value) return null
    const key = `${me}\n${text}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const html = render.value(text, me)
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!)
    kept.set(key, html)
    return html
  }
}
