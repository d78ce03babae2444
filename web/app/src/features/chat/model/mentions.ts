// Who is called by `@name`. In scripts that put no spaces between words a name ends where it ends;
// after a Latin one no Latin letter may follow, so that @ann is not in @anna.
const WORD = '[\\p{Script=Latin}\\p{N}_]'

function pattern(name: string): RegExp {
  const exact = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const ends = new RegExp(`${WORD}$`, 'u').test(name) ? `(?!${WORD})` : ''
  return new RegExp(`(?<!${WORD})@(?:${exact}${ends}|all(?!${WORD}))`, 'iu')
}

/** Tells whether a text mentions `name`, or everybody. */
export function mentionTest(name: string): (text: string) => boolean {
  if (name === '') return () => false
  const mention = pattern(name)
  return (text) => text.includes('@') && mention.test(text)
}
