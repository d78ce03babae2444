// A message of the plain dialect in its JSON form; the words are those of docs/dialects/plain.md.
export interface Message {
  type: 'message'
  id: string
  /** Absent on a direct message. */
  room?: string
  from: string
  /** Present on a direct message only. */
  to?: string
  time: number
  data: unknown
  encoding?: 'base64'
  ref?: string
}
