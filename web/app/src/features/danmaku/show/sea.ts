// A boat under sail, a lighthouse, evening over the sea.
import { chance, disc, ease, glow, HEIGHT, mix, rgb, sky, stars, WIDTH, type Pen } from './brush'

const HORIZON = 520

export function sea(pen: Pen, time: number, share: number): void {
  const dusk = ease(0.1, 0.9, share)
  const top = mix([86, 142, 204], [22, 26, 70], dusk)
  const low = mix([255, 206, 150], [226, 110, 120], dusk)
  sky(pen, [rgb(top), rgb(mix(top, low, 0.45)), rgb(low)], HORIZON + 10)
  stars(pen, 90, time, ease(0.5, 1, share), 380)

  const sun = 330 + share * 210
  glow(pen, 520, sun, 380, [255, 180, 120], 0.7)
  disc(pen, 520, sun, 62, '#ffe6bd')

  const deep = mix([40, 118, 150], [16, 34, 78], dusk)
  pen.fillStyle = rgb(deep)
  pen.fillRect(0, HORIZON, WIDTH, HEIGHT - HORIZON)
  glitter(pen, time, 1 - dusk * 0.5)
  lighthouse(pen, time, dusk)
  boat(
    pen,
    1500 - time * 46,
    HORIZON + 66 + Math.sin(time * 1.3) * 8,
    Math.sin(time * 1.3 + 1) * 0.05,
  )
  for (let n = 0; n < 5; n++) wave(pen, n, time, rgb(mix(deep, [8, 18, 48], 0.15 + n * 0.16)))
}

function wave(pen: Pen, n: number, time: number, color: string): void {
  const y = HORIZON + 92 + n * 64
  const pace = time * (0.7 + n * 0.16)
  pen.fillStyle = color
  pen.beginPath()
  pen.moveTo(0, HEIGHT)
  for (let x = 0; x <= WIDTH; x += 20) {
    const at = x / (230 - n * 14)
    pen.lineTo(x, y + Math.sin(at + pace + n * 2) * (9 + n * 3) + Math.sin(at * 0.37 - pace) * 8)
  }
  pen.lineTo(WIDTH, HEIGHT)
  pen.fill()
}

function glitter(pen: Pen, time: number, alpha: number): void {
  pen.fillStyle = '#ffdfae'
  for (let n = 0; n < 46; n++) {
    const y = HORIZON + 6 + n * n * 0.16
    const width = 18 + n * 2.6
    const x = 520 + Math.sin(time * (0.6 + chance(n)) + n * 5.3) * (10 + n * 1.4)
    pen.globalAlpha = alpha * (0.25 + 0.4 * Math.abs(Math.sin(time * 1.6 + n * 2.1)))
    pen.fillRect(x - width / 2, y, width, 3)
  }
  pen.globalAlpha = 1
}

function lighthouse(pen: Pen, time: number, dusk: number): void {
  const [x, y] = [1330, 300]
  const turn = Math.sin(time * 0.9)
  pen.fillStyle = `rgb(255 240 190 / ${0.3 * dusk * (0.4 + 0.6 * Math.abs(turn))})`
  pen.beginPath()
  pen.moveTo(x, y)
  pen.lineTo(x - turn * 1300, y - 110)
  pen.lineTo(x - turn * 1300, y + 170)
  pen.fill()
  pen.fillStyle = '#241f3c'
  pen.beginPath()
  pen.moveTo(1180, HORIZON + 24)
  pen.quadraticCurveTo(1260, 440, 1340, 436)
  pen.quadraticCurveTo(1500, 430, WIDTH, 470)
  pen.lineTo(WIDTH, HORIZON + 24)
  pen.fill()
  pen.fillStyle = '#f3ece4'
  pen.beginPath()
  pen.moveTo(x - 17, y + 20)
  pen.lineTo(x + 17, y + 20)
  pen.lineTo(x + 26, 442)
  pen.lineTo(x - 26, 442)
  pen.fill()
  pen.fillStyle = '#c8454c'
  for (const at of [338, 392]) pen.fillRect(x - 22, at, 44, 22)
  pen.fillRect(x - 20, y - 26, 40, 12)
  disc(pen, x, y, 14, '#fff3c9')
  glow(pen, x, y, 90, [255, 236, 170], 0.7 * dusk)
}

function boat(pen: Pen, x: number, y: number, tilt: number): void {
  pen.save()
  pen.translate(x, y)
  pen.rotate(tilt)
  pen.fillStyle = '#fff6ea'
  pen.beginPath()
  pen.moveTo(0, -190)
  pen.quadraticCurveTo(86, -110, 78, -22)
  pen.lineTo(0, -22)
  pen.fill()
  pen.fillStyle = '#f2b8a0'
  pen.beginPath()
  pen.moveTo(-8, -170)
  pen.quadraticCurveTo(-66, -90, -62, -22)
  pen.lineTo(-8, -22)
  pen.fill()
  pen.fillStyle = '#5b2b3c'
  pen.beginPath()
  pen.moveTo(-92, -12)
  pen.lineTo(104, -12)
  pen.quadraticCurveTo(84, 34, 50, 36)
  pen.lineTo(-58, 36)
  pen.quadraticCurveTo(-84, 30, -92, -12)
  pen.fill()
  pen.restore()
}
