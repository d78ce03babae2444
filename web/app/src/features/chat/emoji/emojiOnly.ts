// Is a text nothing but a few emoji? Those are shown large.
const MOST = 6
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[\d#*]\uFE0F?\u20E3/u
const words = /[\p{L}\p{N}#*](?!\uFE0F?\u20E3)/u

export function isEmojiOnly(text: string): boolean {
  if (text.length > MOST * 16 || words.test(text)) return false
  const parts = [...segmenter.segment(text.replace(/\s+/g, ''))].map(({ segment }) => segment)
  return parts.length > 0 && parts.length <= MOST && parts.every((part) => emoji.test(part))
}
