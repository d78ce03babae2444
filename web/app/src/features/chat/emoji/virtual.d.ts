// The emoji of one language, cut from emojibase-data while building (see build/emojiData.ts).
declare module 'virtual:emoji/*' {
  /** Group, emoji, label, words to find it by, its code as in `:smile:`. */
  const emoji: [number, string, string, string, string][]
  export default emoji
}
