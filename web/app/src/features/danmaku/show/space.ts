// Between planets: stars rush past, a ringed giant turns by, a comet draws its tail.
import { between, chance, disc, glow, HEIGHT, sky, WIDTH, type Pen } from './brush'

const STARS = 260

export function space(pen: Pen, time: number, share: number): void {
  sky(pen, ['#05061a', '#0d1033', '#1b1242'])
  glow(pen, 380, 300, 620, [96, 60, 190], 0.34)
  glow(pen, 1300, 700, 560, [30, 130, 170], 0.28)
  rush(pen, time)
  comet(pen, time)
  planet(pen, between(1380, 900, share), between(250, 430, share), between(90, 190, share), time)
  disc(pen, between(200, 420, share), 640, 46, '#7f8bb8')
  disc(pen, between(214, 434, share), 630, 40, '#a6b0d8')
}

/** Each star comes from the middle, faster the nearer it is. */
function rush(pen: Pen, time: number): void {
  pen.fillStyle = '#ffffff'
  for (let n = 0; n < STARS; n++) {
    const depth = 1 - ((chance(n) + time * 0.09) % 1)
    const angle = chance(n + 700) * Math.PI * 2
    const far = (60 + chance(n + 1400) * 240) / depth
    const x = WIDTH / 2 + Math.cos(angle) * far
    const y = HEIGHT / 2 + Math.sin(angle) * far
    if (x < 0 || x > WIDTH || y < 0 || y > HEIGHT) continue
    const size = 1 + (1 - depth) * 4
    pen.globalAlpha = Math.min((1 - depth) * 1.6, 1)
    pen.fillRect(x, y, size, size)
  }
  pen.globalAlpha = 1
}

function comet(pen: Pen, time: number): void {
  const share = (time % 11) / 8
  const [x, y] = [between(-200, 1500, share), between(80, 560, share)]
  const tail = pen.createLinearGradient(x, y, x - 420, y - 130)
  tail.addColorStop(0, 'rgb(200 236 255 / 0.9)')
  tail.addColorStop(1, 'rgb(120 180 255 / 0)')
  pen.fillStyle = tail
  pen.beginPath()
  pen.moveTo(x + 4, y - 7)
  pen.lineTo(x - 420, y - 136)
  pen.lineTo(x - 3, y + 8)
  pen.fill()
  disc(pen, x, y, 8, '#f2fbff')
}

function planet(pen: Pen, x: number, y: number, radius: number, time: number): void {
  glow(pen, x, y, radius * 1.7, [255, 190, 140], 0.25)
  ring(pen, x, y, radius, Math.PI, Math.PI * 2)
  pen.save()
  pen.beginPath()
  pen.arc(x, y, radius, 0, Math.PI * 2)
  pen.clip()
  const body = pen.createLinearGradient(x - radius, y - radius, x + radius, y + radius)
  body.addColorStop(0, '#ffdcae')
  body.addColorStop(0.55, '#e0906e')
  body.addColorStop(1, '#5b2f58')
  pen.fillStyle = body
  pen.fillRect(x - radius, y - radius, radius * 2, radius * 2)
  pen.fillStyle = 'rgb(120 50 70 / 0.22)'
  for (let n = 0; n < 6; n++) {
    const band = y - radius + radius * (0.25 + n * 0.3) + Math.sin(time * 0.4 + n * 2) * 4
    pen.fillRect(x - radius, band, radius * 2, radius * (0.06 + 0.07 * chance(n + 5)))
  }
  pen.restore()
  ring(pen, x, y, radius, 0, Math.PI)
}

function ring(pen: Pen, x: number, y: number, radius: number, from: number, to: number): void {
  for (const [size, width, color] of [
    [1.9, 0.16, 'rgb(255 220 180 / 0.7)'],
    [1.62, 0.1, 'rgb(230 170 150 / 0.6)'],
  ] as const) {
    pen.strokeStyle = color
    pen.lineWidth = radius * width
    pen.beginPath()
    pen.ellipse(x, y, radius * size, radius * size * 0.26, -0.22, from, to)
    pen.stroke()
  }
}
