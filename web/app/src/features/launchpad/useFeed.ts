// What is said in a room, for the tiles: the newest lines, and each publication as it comes.
import { useChannel, type Publication } from '@parley/vue'
import { shallowRef, type ShallowRef } from 'vue'
import { withPublication, type Heard, type Line } from './preview'

const LINES_KEPT = 8
/** Enough that edits and reactions among them leave some lines. */
const LOOK_BACK = 40

export interface Feed {
  lines: Readonly<ShallowRef<readonly Line[]>>
  ready: Readonly<ShallowRef<boolean>>
  /** Every live publication; returns the function that stops it. */
  listen(heard: (publication: Heard) => void): () => void
}

const toHeard = ({ id, data, user, time }: Publication): Heard => ({
  data,
  user,
  time: time ?? Date.now(),
  place: id,
})

export function useFeed(room: string): Feed {
  const channel = useChannel(room)
  const lines = shallowRef<readonly Line[]>([])
  const ready = shallowRef(false)

  const add = (heard: Heard) => (lines.value = withPublication(lines.value, heard, LINES_KEPT))

  channel.onPublication((publication) => add(toHeard(publication)))
  channel.onSubscribed(({ recovered }) => {
    if (!recovered) void lookBack()
  })

  async function lookBack() {
    try {
      const page = await channel.history({ limit: LOOK_BACK, reverse: true })
      const live = lines.value
      lines.value = []
      page.publications.reverse().forEach((publication) => add(toHeard(publication)))
      // What came while we asked stands behind it; what both hold is dropped by its id.
      const known = new Set(lines.value.map((line) => line.id))
      lines.value = [...lines.value, ...live.filter((line) => !known.has(line.id))].slice(
        -LINES_KEPT,
      )
    } catch {
      // A room whose past nobody may read begins with what is said next.
    }
    ready.value = true
  }

  return {
    lines,
    ready,
    listen: (heard) => channel.onPublication((publication) => heard(toHeard(publication))),
  }
}
