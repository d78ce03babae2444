// Fireworks over a river; the water shows them again.
import { chance, glow, HEIGHT, rgb, ridge, sky, stars, WIDTH, type Pen } from './brush'

const WATER = 660
const EVERY = 0.55
const RISE = 1.1
const LIFE = 2.6
const SPARKS = 64
const colors = [
  [255, 128, 110],
  [255, 214, 110],
  [126, 224, 255],
  [190, 150, 255],
  [140, 240, 160],
  [255, 160, 214],
] as const

export function fireworks(pen: Pen, time: number): void {
  sky(pen, ['#070a20', '#141a44', '#2c2a60'], WATER)
  stars(pen, 130, time, 0.8, 520)
  ridge(pen, '#0b0f2c', WATER - 40, 70, 300, 4)
  pen.fillStyle = '#0a0e2a'
  pen.fillRect(0, WATER, WIDTH, HEIGHT - WATER)

  const newest = Math.floor(time / EVERY)
  const oldest = Math.max(newest - Math.ceil((RISE + LIFE) / EVERY), 0)
  pen.lineCap = 'round'
  for (let n = oldest; n <= newest; n++) {
    const age = time - n * EVERY
    const x = 200 + chance(n * 3 + 1) * 1200
    const y = 130 + chance(n * 3 + 2) * 250
    if (age < RISE) rocket(pen, x, y, age / RISE)
    else if (age < RISE + LIFE) burst(pen, n, x, y, age - RISE)
  }
  ripples(pen, time)
}

function rocket(pen: Pen, x: number, y: number, share: number): void {
  const height = WATER - (WATER - y) * (1 - (1 - share) ** 2)
  pen.strokeStyle = `rgb(255 226 170 / ${1 - share * 0.6})`
  pen.lineWidth = 4
  pen.beginPath()
  pen.moveTo(x, height)
  pen.lineTo(x, Math.min(height + 60 * (1 - share) + 8, WATER))
  pen.stroke()
}

function burst(pen: Pen, n: number, x: number, y: number, age: number): void {
  const share = age / LIFE
  const color = colors[Math.floor(chance(n + 5) * colors.length)]!
  const reach = 170 + chance(n + 9) * 150
  const spread = reach * (1 - (1 - share) ** 3)
  const fade = (1 - share) ** 1.1
  if (share < 0.4) glow(pen, x, y, reach * 1.2, color, 0.5 * (1 - share / 0.4))
  for (const mirrored of [false, true]) {
    pen.strokeStyle = rgb(color, mirrored ? fade * 0.22 : fade)
    pen.lineWidth = mirrored ? 3 : 6 - share * 3
    pen.beginPath()
    for (let spark = 0; spark < SPARKS; spark++) {
      const angle = (spark / SPARKS) * Math.PI * 2
      const far = spread * (0.55 + 0.45 * chance(n * 61 + spark))
      const tail = far * (0.62 + share * 0.3)
      const drop = 90 * share * share
      const up = y + Math.sin(angle) * far + drop
      const down = y + Math.sin(angle) * tail + drop * 0.85
      pen.moveTo(x + Math.cos(angle) * far, mirrored ? mirror(up) : up)
      pen.lineTo(x + Math.cos(angle) * tail, mirrored ? mirror(down) : down)
    }
    pen.stroke()
  }
}

const mirror = (y: number) => WATER + (WATER - y) * 0.42

function ripples(pen: Pen, time: number): void {
  pen.fillStyle = 'rgb(120 140 220 / 0.16)'
  for (let n = 0; n < 40; n++) {
    const y = WATER + 8 + n * 6
    const x = chance(n + 70) * WIDTH + Math.sin(time * 0.8 + n) * 40
    pen.fillRect(x, y, 60 + chance(n + 90) * 180, 2)
  }
}
