// Who is called by `@name`: one grammar for whoever hears it and for how it is shown. In scripts that
// put no spaces between words a name ends where it ends; after a Latin one no Latin letter may follow,
// so that @ann is not in @anna, and none may stand before, as in an address of mail.
const WORD = '[\\p{Script=Latin}\\p{N}_]'
/** Somebody whom we do not know: up to a space or a sign, which a full stop at the end is, too. */
const ANYONE = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_.-]*[\\p{L}\\p{N}_])?'
export const EVERYONE = 'all'

function exact(name: string): string {
  const ends = new RegExp(`${WORD}$`, 'u').test(name) ? `(?!${WORD})` : ''
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') + ends
}

function pattern(names: readonly string[], others: readonly string[] = []): RegExp {
  const longestFirst = names.toSorted((one, other) => other.length - one.length)
  const called = [...longestFirst.map(exact), exact(EVERYONE), ...others].join('|')
  return new RegExp(`(?<!${WORD})@(${called})`, 'giu')
}

/** Tells whether a text mentions `name`, or everybody. */
export function mentionTest(name: string): (text: string) => boolean {
  if (name === '') return () => false
  const mention = pattern([name])
  return (text) => text.includes('@') && text.search(mention) >= 0
}

/** A text in pieces: words, and the names that are mentioned. Those of `known` end where they end. */
export function splitMentions(
  text: string,
  known: readonly string[],
): { mention: boolean; text: string }[] {
  const pieces = text.split(pattern(known, [ANYONE]))
  return pieces
    .map((piece, index) => ({ mention: index % 2 === 1, text: piece }))
    .filter(({ text }) => text !== '')
}
