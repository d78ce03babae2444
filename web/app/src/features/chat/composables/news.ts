// What others said since some moment, for the screen reader and the return of the line.
import type { ChatMessage, Row } from '../model'

/** Own messages that wait, or come back only later, stand below the news: they mark no place. */
const keepsPlace = (row: Row) =>
  row.kind === 'message' && (!row.message.mine || row.message.offset !== null)

/** From where to count on: the key of the last message that stays where it is. */
export const lastPlace = (rows: readonly Row[]) => rows.findLast(keepsPlace)?.key

/** Messages of others behind that place; without one all are new, behind one that is gone none. */
export function othersSince(rows: readonly Row[], place: string | undefined): ChatMessage[] {
  const from = place === undefined ? 0 : rows.findLastIndex(({ key }) => key === place) + 1
  if (place !== undefined && from === 0) return []
  return rows
    .slice(from)
    .flatMap((row) => (row.kind === 'message' && !row.message.mine ? [row.message] : []))
}
