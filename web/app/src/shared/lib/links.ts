// Splits a text into plain parts and web links. Only http and https become links; the punctuation
// that ends a sentence stays outside.
export interface TextPart {
  text: string
  href?: string
}

const url = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+/g

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(url)) {
    const href = match[0].replace(/[.,;:!?)\]}]+$/, '')
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: href, href })
    end = match.index + href.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}
