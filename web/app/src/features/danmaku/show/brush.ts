// What the scenes paint with. Every picture is a function of its time alone, so that a seek shows the
// same moment again: chance comes from `chance`, never from Math.random.

export type Pen = CanvasRenderingContext2D

/** The scenes paint on this field, whatever the canvas measures. */
export const WIDTH = 1600
export const HEIGHT = 900

/** A fixed number from 0 to 1 for each n. */
export function chance(n: number): number {
  const value = Math.sin(n * 127.1 + 11.7) * 43_758.545_3
  return value - Math.floor(value)
}

export const between = (from: number, to: number, share: number) => from + (to - from) * share

/** 0 before `from`, 1 behind `to`, smooth between them. */
export function ease(from: number, to: number, value: number): number {
  const share = Math.min(Math.max((value - from) / (to - from), 0), 1)
  return share * share * (3 - 2 * share)
}

type Rgb = readonly [number, number, number]
export const rgb = ([r, g, b]: Rgb, alpha = 1) => `rgb(${r | 0} ${g | 0} ${b | 0} / ${alpha})`
export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  between(a[0], b[0], share),
  between(a[1], b[1], share),
  between(a[2], b[2], share),
]

/** Fills the field from top to bottom. */
export function sky(pen: Pen, colors: readonly string[], bottom = HEIGHT): void {
  const gradient = pen.createLinearGradient(0, 0, 0, bottom)
  colors.forEach((color, n) => gradient.addColorStop(n / (colors.length - 1), color))
  pen.fillStyle = gradient
  pen.fillRect(0, 0, WIDTH, bottom)
}

export function glow(pen: Pen, x: number, y: number, radius: number, color: Rgb, alpha = 1): void {
  const gradient = pen.createRadialGradient(x, y, 0, x, y, radius)
  gradient.addColorStop(0, rgb(color, alpha))
  gradient.addColorStop(1, rgb(color, 0))
  pen.fillStyle = gradient
  pen.fillRect(x - radius, y - radius, radius * 2, radius * 2)
}

export function disc(pen: Pen, x: number, y: number, radius: number, color: string): void {
  pen.fillStyle = color
  pen.beginPath()
  pen.arc(x, y, radius, 0, Math.PI * 2)
  pen.fill()
}

/** A hilly line from edge to edge, filled down to the ground. `shift` moves it sideways. */
export function ridge(
  pen: Pen,
  color: string,
  base: number,
  height: number,
  shift: number,
  seed: number,
): void {
  pen.fillStyle = color
  pen.beginPath()
  pen.moveTo(0, HEIGHT)
  for (let x = 0; x <= WIDTH; x += 20) {
    const at = (x + shift) / WIDTH + seed * 3.7
    const hills =
      Math.sin(at * 5.1) * 0.5 + Math.sin(at * 11.3 + seed) * 0.3 + Math.sin(at * 23.9) * 0.12
    pen.lineTo(x, base - hills * height)
  }
  pen.lineTo(WIDTH, HEIGHT)
  pen.fill()
}

/** Stars that twinkle; `drift` moves them sideways. */
export function stars(pen: Pen, count: number, time: number, alpha: number, bottom = 600): void {
  if (alpha <= 0) return
  pen.fillStyle = '#ffffff'
  for (let n = 0; n < count; n++) {
    pen.globalAlpha = alpha * (0.35 + 0.65 * Math.abs(Math.sin(time * (0.4 + chance(n)) + n)))
    const size = 1 + chance(n + 500) * 2.2
    pen.fillRect(chance(n + 1000) * WIDTH, chance(n + 2000) * bottom, size, size)
  }
  pen.globalAlpha = 1
}
