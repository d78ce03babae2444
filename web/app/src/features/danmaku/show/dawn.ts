// The sun rises behind four rows of hills; birds cross.
import { between, ease, glow, mix, rgb, ridge, sky, stars, WIDTH, type Pen } from './brush'

const night = [
  [11, 16, 44],
  [44, 38, 88],
  [118, 66, 112],
] as const
const morning = [
  [74, 140, 206],
  [186, 200, 214],
  [255, 202, 138],
] as const
const hills = [
  { dark: [58, 48, 96], light: [136, 148, 184], base: 640, height: 120, pace: 4 },
  { dark: [44, 38, 80], light: [92, 116, 148], base: 700, height: 110, pace: 9 },
  { dark: [28, 28, 62], light: [54, 86, 104], base: 770, height: 100, pace: 16 },
  { dark: [14, 16, 40], light: [26, 52, 58], base: 860, height: 80, pace: 28 },
] as const

export function dawn(pen: Pen, time: number, share: number): void {
  const light = ease(0, 0.75, share)
  sky(
    pen,
    night.map((color, n) => rgb(mix(color, morning[n]!, light))),
  )
  stars(pen, 120, time, 1 - ease(0, 0.45, share))

  const x = 1040
  const y = between(820, 300, ease(-0.2, 1.1, share))
  glow(pen, x, y, 420, [255, 196, 120], 0.75)
  glow(pen, x, y, 90, [255, 244, 214], 1)

  hills.forEach(({ dark, light: bright, base, height, pace }, n) => {
    ridge(pen, rgb(mix(dark, bright, light)), base, height, time * pace, n + 1)
    if (n < 3) mist(pen, base - 30, 0.16 * light)
  })
  birds(pen, time, rgb([24, 26, 52], 0.75 * ease(0.2, 0.45, share)))
}

function mist(pen: Pen, y: number, alpha: number): void {
  const gradient = pen.createLinearGradient(0, y, 0, y + 140)
  gradient.addColorStop(0, rgb([255, 226, 196], 0))
  gradient.addColorStop(0.5, rgb([255, 226, 196], alpha))
  gradient.addColorStop(1, rgb([255, 226, 196], 0))
  pen.fillStyle = gradient
  pen.fillRect(0, y, WIDTH, 140)
}

function birds(pen: Pen, time: number, color: string): void {
  pen.strokeStyle = color
  pen.lineWidth = 4
  pen.lineCap = 'round'
  pen.beginPath()
  for (let n = 0; n < 9; n++) {
    const row = Math.abs(n - 4)
    const x = -300 + time * 66 + n * 14 - row * 62
    const y = 330 + (n - 4) * 26 + Math.sin(time * 0.7 + n) * 8
    const wing = 14 + Math.sin(time * 7 + n * 1.3) * 10
    pen.moveTo(x - 24, y - wing)
    pen.quadraticCurveTo(x - 8, y - 8, x, y)
    pen.quadraticCurveTo(x + 8, y - 8, x + 24, y - wing)
  }
  pen.stroke()
}
