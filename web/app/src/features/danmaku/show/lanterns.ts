// Paper lanterns rise into the evening by the hundred.
import { chance, ease, glow, HEIGHT, ridge, sky, stars, WIDTH, type Pen } from './brush'

const COUNT = 90
const SPRITE = 96
let sprite: OffscreenCanvas | undefined

export function lanterns(pen: Pen, time: number, share: number): void {
  sky(pen, ['#150f33', '#38215c', '#7b3a6c', '#d97a62'])
  stars(pen, 100, time, 0.8, 480)
  glow(pen, 800, 860, 760, [255, 160, 96], 0.35)
  ridge(pen, '#2b1a48', 720, 90, time * 3, 6)
  ridge(pen, '#1c1136', 800, 70, time * 6, 7)

  sprite ??= paint()
  // The far ones first: they are small, slow and dim.
  for (let n = 0; n < COUNT; n++) {
    const near = n / COUNT
    const size = 22 + near * near * 96
    const pace = 18 + near * 46
    const start = chance(n + 3) * (HEIGHT + 300)
    const y = HEIGHT + 120 - ((start + time * pace + share * 200) % (HEIGHT + 300))
    const x = chance(n + 33) * WIDTH + Math.sin(time * 0.5 + n * 1.7) * (12 + near * 26)
    pen.globalAlpha = (0.45 + near * 0.55) * ease(-140, 40, y)
    pen.drawImage(sprite, x - size, y - size, size * 2, size * 2)
  }
  pen.globalAlpha = 1
  pen.fillStyle = '#100a22'
  pen.fillRect(0, HEIGHT - 34, WIDTH, 34)
}

function paint(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(SPRITE * 2, SPRITE * 2)
  const pen = canvas.getContext('2d')!
  const light = pen.createRadialGradient(SPRITE, SPRITE, 4, SPRITE, SPRITE, SPRITE)
  light.addColorStop(0, 'rgb(255 176 90 / 0.55)')
  light.addColorStop(1, 'rgb(255 140 60 / 0)')
  pen.fillStyle = light
  pen.fillRect(0, 0, SPRITE * 2, SPRITE * 2)
  const paper = pen.createLinearGradient(0, SPRITE - 34, 0, SPRITE + 34)
  paper.addColorStop(0, '#e8683c')
  paper.addColorStop(0.7, '#ffb35c')
  paper.addColorStop(1, '#fff0b8')
  pen.fillStyle = paper
  pen.beginPath()
  pen.moveTo(SPRITE - 20, SPRITE + 34)
  pen.bezierCurveTo(SPRITE - 36, SPRITE - 6, SPRITE - 30, SPRITE - 34, SPRITE, SPRITE - 36)
  pen.bezierCurveTo(SPRITE + 30, SPRITE - 34, SPRITE + 36, SPRITE - 6, SPRITE + 20, SPRITE + 34)
  pen.fill()
  pen.fillStyle = '#fff8de'
  pen.fillRect(SPRITE - 16, SPRITE + 30, 32, 5)
  return canvas
}
