// A city at night: windows go on and off, a train crosses, clouds drift past the moon.
import { chance, disc, glow, HEIGHT, rgb, sky, stars, WIDTH, type Pen } from './brush'

const rows = [
  { color: '#232b5c', lit: [255, 214, 140], base: 690, height: 330, width: 96, pace: 6, seed: 10 },
  {
    color: '#171d45',
    lit: [255, 224, 160],
    base: 780,
    height: 300,
    width: 128,
    pace: 14,
    seed: 300,
  },
] as const

export function city(pen: Pen, time: number): void {
  sky(pen, ['#0a0f2e', '#1c2257', '#4a3a7c', '#a35a86'])
  stars(pen, 110, time, 0.9, 420)
  glow(pen, 1240, 190, 220, [214, 222, 255], 0.4)
  disc(pen, 1240, 190, 74, '#f1f0ff')
  disc(pen, 1266, 176, 16, '#dcdcf4')
  disc(pen, 1218, 214, 11, '#dcdcf4')
  clouds(pen, time)
  for (const row of rows) skyline(pen, time, row)
  train(pen, time)
}

function skyline(pen: Pen, time: number, row: (typeof rows)[number]): void {
  const shift = time * row.pace
  const first = Math.floor(shift / row.width)
  for (let n = first; n * row.width - shift < WIDTH; n++) {
    const x = n * row.width - shift
    const id = n + row.seed
    const height = row.height * (0.35 + 0.65 * chance(id))
    const width = row.width * (0.72 + 0.28 * chance(id + 0.5))
    const top = row.base - height
    pen.fillStyle = row.color
    pen.fillRect(x, top, width, HEIGHT - top)
    if (chance(id + 7) > 0.7) pen.fillRect(x + width / 2 - 3, top - 46, 6, 46)
    windows(
      pen,
      time,
      id,
      { x: x + 12, y: top + 18, width: width - 20, height: height - 20 },
      row.lit,
    )
  }
  pen.fillStyle = row.color
  pen.fillRect(0, row.base, WIDTH, HEIGHT)
}

interface Area {
  x: number
  y: number
  width: number
  height: number
}

function windows(
  pen: Pen,
  time: number,
  id: number,
  area: Area,
  lit: readonly [number, number, number],
) {
  const columns = Math.floor(area.width / 20)
  const floors = Math.floor(area.height / 26)
  pen.fillStyle = rgb(lit, 0.86)
  for (let n = 0; n < columns * floors; n++) {
    // Each window changes its mind every few seconds.
    const turn = Math.floor(time / 5 + chance(id * 31 + n) * 9)
    if (chance(id * 97 + n * 3 + turn * 0.13) < 0.62) continue
    pen.fillRect(area.x + (n % columns) * 20, area.y + Math.floor(n / columns) * 26, 10, 14)
  }
}

function clouds(pen: Pen, time: number): void {
  pen.fillStyle = 'rgb(150 140 200 / 0.22)'
  for (let n = 0; n < 5; n++) {
    const x = ((chance(n + 40) * 2200 + time * (10 + n * 4)) % 2200) - 300
    const y = 120 + n * 62
    for (let part = 0; part < 4; part++) {
      pen.beginPath()
      pen.ellipse(x + part * 66, y + chance(n * 9 + part) * 24, 86, 24, 0, 0, Math.PI * 2)
      pen.fill()
    }
  }
}

function train(pen: Pen, time: number): void {
  const y = 748
  pen.fillStyle = '#0c1030'
  pen.fillRect(0, y + 52, WIDTH, 14)
  for (let x = 40; x < WIDTH; x += 190) pen.fillRect(x, y + 60, 22, HEIGHT)
  const front = ((time * 260) % 4200) - 900
  for (let car = 0; car < 4; car++) {
    const x = front - car * 232
    pen.fillStyle = '#d9def2'
    pen.beginPath()
    pen.roundRect(x, y, 224, 52, car === 0 ? [8, 34, 6, 8] : 8)
    pen.fill()
    pen.fillStyle = '#ffd98c'
    for (let n = 0; n < 6; n++) pen.fillRect(x + 16 + n * 33, y + 11, 22, 16)
    pen.fillStyle = '#e0526a'
    pen.fillRect(x, y + 36, 224, 6)
  }
  glow(pen, front + 240, y + 34, 130, [255, 240, 190], 0.5)
}
