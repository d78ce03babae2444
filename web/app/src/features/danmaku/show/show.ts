// The built-in show: six scenes of half a minute, painted from nothing, the same at the same moment
// for everybody. It stands where a film would stand, and costs the binary no film.
import { HEIGHT, WIDTH, type Pen } from './brush'
import { city } from './city'
import { dawn } from './dawn'
import { fireworks } from './fireworks'
import { lanterns } from './lanterns'
import { sea } from './sea'
import { space } from './space'

const SCENE_MS = 30_000
const FADE_MS = 900
const scenes: ((pen: Pen, time: number, share: number) => void)[] = [
  dawn,
  sea,
  city,
  fireworks,
  lanterns,
  space,
]

export function drawShow(pen: Pen, time: number): void {
  const number = Math.floor(time / SCENE_MS) % scenes.length
  const inScene = time % SCENE_MS
  pen.setTransform(pen.canvas.width / WIDTH, 0, 0, pen.canvas.height / HEIGHT, 0, 0)
  scenes[number]!(pen, inScene / 1000, inScene / SCENE_MS)
  const toEdge = Math.min(inScene, SCENE_MS - inScene)
  if (toEdge >= FADE_MS) return
  pen.fillStyle = `rgb(4 6 18 / ${1 - toEdge / FADE_MS})`
  pen.fillRect(0, 0, WIDTH, HEIGHT)
}
