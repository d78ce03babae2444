'use strict'
// Figures as text, nodes, scales, and one kind of plot that all of the report's are made from. A plot
// is drawn anew at each width it gets, so that its text keeps its size; colours are classes.

// Figures: [number, unit], as the terminal writes them.
const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const grouped = (number) => groups.format(number)
const threeDigits = (x) => (x < 9.995 ? x.toFixed(2) : x < 99.95 ? x.toFixed(1) : x.toFixed(0))
const joined = ([number, unit]) => (unit ? `${number}\u00a0${unit}` : number)

function time(us) {
  if (us < 1000) return [us.toFixed(0), 'µs']
  return us < 999500 ? [threeDigits(us / 1e3), 'ms'] : [threeDigits(us / 1e6), 's']
}

function bytes(size) {
  if (size < 1023.5) return [size.toFixed(0), 'B']
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  for (size /= 1024; size >= 1023.5 && unit + 1 < units.length; ++unit) size /= 1024
  return [threeDigits(size), units[unit]]
}

const rate = (perSecond) => [perSecond < 100 ? perSecond.toFixed(1) : grouped(perSecond), '/s']
const count = (number, one) => `${grouped(number)} ${one}${number === 1 ? '' : 's'}`
const timeText = (us) => joined(time(us))
const bytesText = (size) => joined(bytes(size))
const seconds = (t) => `${t < 1000 ? +t.toFixed(t < 10 ? 2 : 1) : grouped(t)} s`

// For axes: no more digits than needed.
function short(number) {
  const [scale, unit] =
    number >= 1e9 ? [1e9, 'G'] : number >= 1e6 ? [1e6, 'M'] : number >= 1e4 ? [1e3, 'k'] : [1, '']
  return scale === 1 ? groups10(number) : +(number / scale).toFixed(2) + unit
}
const groups10 = (number) => (number < 10 ? String(+number.toFixed(2)) : grouped(number))
const shortTime = (us) =>
  us < 1000
    ? `${+us.toFixed(1)} µs`
    : us < 1e6
      ? `${+(us / 1e3).toFixed(1)} ms`
      : `${+(us / 1e6).toFixed(1)} s`

// Nodes. Text is always set as text: a target or a note may hold anything.
function node(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined))
  return made
}
const html = (tag, attributes, ...children) =>
  node(document.createElement(tag), attributes, children)
const svg = (tag, attributes, ...children) =>
  node(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)

// Scales: from a value to a pixel, with the values worth a label.
function steps(from, to, wanted) {
  const rough = (to - from) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 5, 10].find((nice) => nice * power >= rough * 0.999)
  const ticks = []
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; ++i)
    ticks.push(i * step)
  return { step, ticks }
}

// `wanted` labels; the domain is widened to whole steps where `nice`.
function linear(from, to, wanted, nice) {
  if (to <= from) to = from + 1
  let { step, ticks } = steps(from, to, wanted)
  if (nice) {
    from = Math.floor(from / step + 1e-9) * step
    to = Math.ceil(to / step - 1e-9) * step
    ticks = steps(from, to, (to - from) / step).ticks
  }
  return { from, to, step, ticks, share: (value) => (value - from) / (to - from) }
}

function logarithmic(from, to, wanted, nice) {
  const digits = [1, 2, 5, 10]
  const at = (value, pick) => {
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
    return power * pick(value / power)
  }
  if (nice) {
    from = at(from, (lead) => digits.findLast((digit) => digit <= lead * 1.001))
    to = at(to, (lead) => digits.find((digit) => digit >= lead * 0.999))
  }
  if (to <= from) to = from * 10
  const decades = Math.log10(to / from)
  const leads = decades * 3 <= wanted * 1.6 ? [1, 2, 5] : decades <= wanted ? [1] : null
  const ticks = []
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); ++power) {
    const apart = Math.ceil(decades / wanted)
    for (const lead of leads ?? (power % apart === 0 ? [1] : [])) {
      const tick = lead * 10 ** power
      if (tick >= from * 0.999 && tick <= to * 1.001) ticks.push(tick)
    }
  }
  return { from, to, ticks, share: (value) => Math.log(value / from) / Math.log(to / from) }
}

// Shapes; a gap where there is no value.
function path(points) {
  let pen = 'M'
  return points
    .map(([x, y]) => {
      if (y === null || !Number.isFinite(y)) return (pen = 'M') && ''
      // A lone point is a line of no length: its round ends make it a dot.
      const piece = `${pen}${x.toFixed(1)} ${y.toFixed(1)}${pen === 'M' ? 'h0' : ''}`
      pen = 'L'
      return piece
    })
    .join('')
}
const line = (points, kind = '') => svg('path', { class: `line ${kind}`, d: path(points) })
function area(points, floor) {
  const known = points.filter(([, y]) => y !== null && Number.isFinite(y))
  if (known.length < 2) return null
  const end = [known.at(-1)[0], floor]
  return svg('path', { class: 'area', d: path([[known[0][0], floor], ...known, end]) + 'Z' })
}

// Names at the right end of lines, pushed apart until none covers another or hangs below `floor`.
function endNames(names, x, floor) {
  const apart = 14
  const sorted = names.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y)
  let lowest = floor
  for (let i = 1; i < sorted.length; ++i)
    sorted[i].y = Math.max(sorted[i].y, sorted[i - 1].y + apart)
  for (const name of sorted.reverse()) {
    name.y = Math.min(name.y, lowest)
    lowest = name.y - apart
  }
  return sorted.map(({ y, text }) => svg('text', { x, y: y + 4, class: 'name' }, text))
}

function axes({ x, y, box, width }, spec) {
  const parts = []
  for (const tick of y?.ticks ?? []) {
    const at = y.at(tick)
    parts.push(svg('line', { class: 'grid', x1: box.left, x2: box.right, y1: at, y2: at }))
    parts.push(
      svg('text', { x: box.left - 8, y: at + 4, 'text-anchor': 'end' }, spec.y.text(tick, y)),
    )
  }
  for (const tick of x.ticks) {
    const text = spec.x.text(tick)
    const half = text.length * 3.4
    const at = Math.min(Math.max(x.at(tick), half), width - half)
    parts.push(svg('text', { x: at, y: box.bottom + 18, 'text-anchor': 'middle' }, text))
  }
  parts.push(
    svg('line', { class: 'base', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }),
  )
  return parts
}

// Where a plot of this width has its box, and its scales in pixels.
function frame(spec, width) {
  const height = spec.height ?? (width < 480 ? 210 : 250)
  const yScale = spec.y?.scale(Math.max(2, Math.floor(height / 40)))
  const longest = Math.max(
    ...(yScale?.ticks ?? []).map((tick) => spec.y.text(tick, yScale).length),
    0,
  )
  const left = spec.left ?? longest * 6.8 + 10
  const box = { left, right: width - (spec.right ?? 8), top: spec.top ?? 10, bottom: height - 28 }
  const xScale = spec.x.scale(Math.max(2, Math.floor((box.right - box.left) / 76)))
  const x = { ...xScale, at: (v) => box.left + xScale.share(v) * (box.right - box.left) }
  const y = yScale && {
    ...yScale,
    at: (v) => box.bottom - yScale.share(v) * (box.bottom - box.top),
  }
  return { width, height, box, x, y }
}

// The crosshair: the nearest of `spec.points` ({ at, title, rows: [{ name, text, kind, y }] }) to
// the pointer, or the next one by the arrow keys.
class Crosshair {
  constructor(spec, stage, tip) {
    Object.assign(this, { spec, stage, tip, current: -1 })
    stage.addEventListener('pointermove', (event) => this.follow(event))
    stage.addEventListener('pointerdown', (event) => this.follow(event))
    stage.addEventListener('pointerleave', () => this.show(-1))
    stage.addEventListener('focusout', () => this.show(-1))
    stage.addEventListener('keydown', (event) => this.step(event))
  }

  moveTo(plot, layer) {
    Object.assign(this, { plot, layer })
    this.show(-1)
  }

  follow(event) {
    const x = event.clientX - this.stage.getBoundingClientRect().left
    const { points } = this.spec
    let best = 0
    for (let i = 1; i < points.length; ++i) {
      if (this.distance(points[i], x) < this.distance(points[best], x)) best = i
    }
    this.show(best)
  }

  distance(point, x) {
    return Math.abs(this.plot.x.at(point.at) - x)
  }

  step(event) {
    const moves = {
      ArrowLeft: this.current - 1,
      ArrowRight: this.current + 1,
      Home: 0,
      End: Infinity,
    }
    if (event.key === 'Escape') return this.show(-1)
    if (!(event.key in moves)) return
    event.preventDefault()
    this.show(Math.max(0, Math.min(moves[event.key], this.spec.points.length - 1)))
  }

  show(index) {
    this.current = index
    const point = this.spec.points[index]
    this.tip.hidden = !point
    this.layer.replaceChildren()
    if (!point) return
    const { box, width, x, y } = this.plot
    const at = x.at(point.at)
    this.layer.append(svg('line', { class: 'cross', x1: at, x2: at, y1: box.top, y2: box.bottom }))
    for (const row of point.rows) {
      if (y && Number.isFinite(y.at(row.y ?? NaN))) {
        this.layer.append(
          svg('circle', { class: `dot ${row.kind ?? ''}`, cx: at, cy: y.at(row.y), r: 5 }),
        )
      }
    }
    this.fill(point)
    const beside = at + 14 + this.tip.offsetWidth > width ? at - 14 - this.tip.offsetWidth : at + 14
    this.tip.style.transform = `translate(${Math.max(0, beside)}px, ${box.top}px)`
  }

  fill(point) {
    const rows = point.rows.map((row) =>
      html(
        'div',
        null,
        row.kind === undefined ? null : html('i', { class: `swatch ${row.kind}` }),
        row.name,
        html('b', null, row.text),
      ),
    )
    this.tip.replaceChildren(html('div', { class: 'at' }, point.title), ...rows)
  }
}

// The numbers of a plot for those who do not see it, or want them.
function table({ head, rows }) {
  const body = rows.map((row) =>
    html(
      'tr',
      null,
      row.map((cell) => html('td', null, cell)),
    ),
  )
  return html(
    'details',
    null,
    html('summary', null, 'Show the numbers'),
    html(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Numbers' },
      html(
        'table',
        null,
        html(
          'thead',
          null,
          html(
            'tr',
            null,
            head.map((cell) => html('th', { scope: 'col' }, cell)),
          ),
        ),
        html('tbody', null, body),
      ),
    ),
  )
}

function tableOfPoints({ points, x }) {
  return {
    head: [x.name, ...points[0].rows.map((row) => row.name)],
    rows: points.map((point) => [point.title, ...point.rows.map((row) => row.text)]),
  }
}

// A plot as a figure: { title, caption, label, half, key, x, y, draw(plot) -> nodes, points, table }.
// x and y are { name, scale(wanted), text(tick) }.
function plotFigure(spec) {
  const tip = html('div', { class: 'tip', hidden: true, 'aria-live': 'polite' })
  const stage = html('div', { class: 'stage' }, tip)
  const crosshair = new Crosshair(spec, stage, tip)
  const draw = (width) => {
    const plot = frame(spec, width)
    const layer = svg('g')
    const picture = svg(
      'svg',
      {
        width,
        height: plot.height,
        viewBox: `0 0 ${width} ${plot.height}`,
        role: 'img',
        tabindex: 0,
        'aria-label': `${spec.title}. ${spec.label}`,
      },
      axes(plot, spec),
      spec.draw(plot),
      layer,
    )
    stage.querySelector('svg')?.remove()
    stage.prepend(picture)
    crosshair.moveTo(plot, layer)
  }
  let drawn = 0
  const fit = (width) => width > 0 && width !== drawn && draw((drawn = width))
  new ResizeObserver(([{ contentRect }]) =>
    requestAnimationFrame(() => fit(Math.floor(contentRect.width))),
  ).observe(stage)
  const key = spec.key?.map(([kind, name]) =>
    html('span', null, html('i', { class: `swatch ${kind}` }), name),
  )
  return html(
    'figure',
    { class: `card plot ${spec.half ? 'half' : ''}` },
    html('h2', null, spec.title),
    html('p', { class: 'caption' }, spec.caption),
    key ? html('div', { class: 'key' }, key) : null,
    stage,
    table(spec.table ?? tableOfPoints(spec)),
  )
}
