// The newest words of a room as a tile shows them: who and what, edits and deletions applied, nothing
// else of docs/chat-schema.md.
export interface Heard {
  data: unknown
  user: string
  time: number
  place: string
}

export interface Line {
  id: string
  name: string
  text: string
  time: number
}

interface Fields {
  type?: unknown
  id?: unknown
  text?: unknown
  name?: unknown
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The lines after one more publication; at most `kept`, the oldest first. */
export function withPublication(lines: readonly Line[], heard: Heard, kept: number): Line[] {
  const { data, user } = heard
  if (isText(data)) return append(lines, { ...bare(heard), text: data }, kept)
  const fields = (data ?? {}) as Fields
  const own = (line: Line) => line.id === fields.id && line.name === user
  switch (fields.type) {
    case 'edit':
      return lines.map((line) =>
        own(line) && isText(fields.text) ? { ...line, text: fields.text } : line,
      )
    case 'delete':
      return lines.filter((line) => !own(line))
    case undefined:
    case 'message':
    case 'comment':
      break
    default:
      return [...lines]
  }
  if (!isText(fields.text)) return [...lines]
  const line = bare(heard)
  if (isText(fields.id)) line.id = fields.id
  if (!user && isText(fields.name)) line.name = fields.name
  return append(lines, { ...line, text: fields.text }, kept)
}

function bare({ user, time, place }: Heard): Line {
  return { id: place, name: user, text: '', time }
}

function append(lines: readonly Line[], line: Line, kept: number): Line[] {
  if (lines.some((other) => other.id === line.id && other.name === line.name)) return [...lines]
  return [...lines, line].slice(-kept)
}
