// The renderer of messages, once it has loaded. Until then a message is plain text. What was rendered
// is kept, for rows that scroll out and in again.
import { shallowRef } from 'vue'
import { useConversation } from '../composables/useConversation'

const KEPT = 2000

type Render = (text: string, me: string, people: readonly string[]) => string
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
  const { people } = useConversation().conversation
  /** Of people who come and go only those who are called matter. */
  const called = (text: string) =>
    text.includes('@') ? people.value.filter((name) => text.includes(`@${name}`)) : []

  return (text: string, me: string): string | null => {
    if (!asked) {
      asked = true
      void load()
    }
    if (!render.value) return null
    const names = called(text)
    const key = [me, ...names, text].join('\n')
    const known = kept.get(key)
    if (known !== undefined) return known
    const html = render.value(text, me, names)
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!)
    kept.set(key, html)
    return html
  }
}
