// The plots of a run: each function gives the description of one for plotFigure(), or null when the
// run has no data for it.
const result = JSON.parse(document.getElementById('result').textContent)
const { options, totals, rates, latency_us: latency, server, storm, series } = result

const percentiles = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['max', 'max'],
]

// Series of which at least two values are known.
const known = (pick) => series.filter((moment) => pick(moment) !== null).length >= 2
const highest = (pick) => Math.max(...series.map(pick).filter((value) => value !== null))
const lastTime = () => series.at(-1).t
const overTime = {
  name: 'Time',
  scale: (wanted) => linear(0, lastTime(), wanted, false),
  text: seconds,
}

// The value of an interval stands at its end; the first one holds from the beginning on.
function timeline(x, height) {
  const points = series.map((moment) => [x.at(moment.t), height(moment)])
  return [[x.at(0), points[0][1]], ...points]
}

// Plots over time

function ratePlot() {
  if (series.length < 2 || totals.deliveries === 0) return null
  const top = highest((moment) => moment.deliveries_per_s)
  return {
    title: 'Deliveries per second',
    caption: 'Messages that reached a client, in each interval of the run.',
    label: `On average ${joined(rate(rates.deliveries_per_s))}, at most ${joined(rate(top))}.`,
    x: overTime,
    y: { scale: (wanted) => linear(0, top, wanted, true), text: short },
    points: series.map((moment) => ({
      at: moment.t,
      title: seconds(moment.t),
      rows: [
        {
          name: 'Deliveries',
          text: joined(rate(moment.deliveries_per_s)),
          kind: '',
          y: moment.deliveries_per_s,
        },
        { name: 'Published', text: joined(rate(moment.published_per_s)) },
      ],
    })),
    draw({ x, y, box }) {
      const points = timeline(x, (moment) => y.at(moment.deliveries_per_s))
      return [area(points, box.bottom), line(points)]
    },
  }
}

function latencyPlot() {
  const heard = series.filter((moment) => moment.max > 0)
  if (heard.length < 2) return null
  const lowest = Math.max(1, Math.min(...heard.map((moment) => moment.p50)))
  const lines = [
    ['max', 'third'],
    ['p99', 'second'],
    ['p50', ''],
  ]
  const value = (moment, name) => (moment.max > 0 ? Math.max(1, moment[name]) : null)
  return {
    title: 'Latency over time',
    caption:
      'Half of the messages of an interval were faster than p50, 99 of 100 faster than p99. The scale is logarithmic.',
    label: `p50 ${timeText(latency.p50)}, p99 ${timeText(latency.p99)}, slowest ${timeText(latency.max)} over the whole run.`,
    right: 40,
    x: overTime,
    y: {
      scale: (wanted) =>
        logarithmic(
          lowest,
          highest((moment) => moment.max),
          wanted,
          true,
        ),
      text: shortTime,
    },
    points: heard.map((moment) => ({
      at: moment.t,
      title: seconds(moment.t),
      rows: lines.map(([name, kind]) => ({
        name,
        kind,
        text: timeText(moment[name]),
        y: value(moment, name),
      })),
    })),
    draw({ x, y, box }) {
      const height = (moment, name) => value(moment, name) && y.at(value(moment, name))
      const last = heard.at(-1)
      return [
        ...lines.map(([name, kind]) =>
          line(
            timeline(x, (moment) => height(moment, name)),
            kind,
          ),
        ),
        ...endNames(
          lines.map(([text]) => ({ text, y: y.at(value(last, text)) })),
          box.right + 8,
          box.bottom - 4,
        ),
      ]
    },
  }
}

function connectionsPlot() {
  const most = highest((moment) => moment.connections)
  const fewest = Math.min(...series.map((moment) => moment.connections))
  if (series.length < 2 || fewest > most * 0.99) return null
  return {
    title: 'Connections',
    caption: 'Clients that were connected.',
    label: `Between ${grouped(fewest)} and ${grouped(most)}.`,
    half: true,
    x: overTime,
    y: { scale: (wanted) => linear(0, most, wanted, true), text: short },
    points: series.map(({ t, connections }) => ({
      at: t,
      title: seconds(t),
      rows: [{ name: 'Connections', text: grouped(connections), kind: '', y: connections }],
    })),
    draw({ x, y, box }) {
      const points = timeline(x, (moment) => y.at(moment.connections))
      return [area(points, box.bottom), line(points)]
    },
  }
}

function serverPlot() {
  if (!known((moment) => moment.cores)) return null
  const top = highest((moment) => moment.cores)
  const average = server?.core_used ?? 0
  return {
    title: 'CPU of the server',
    caption: 'Cores that the server kept busy.',
    label: `On average ${average.toFixed(2)} cores, at most ${top.toFixed(2)}.`,
    half: true,
    x: overTime,
    y: {
      scale: (wanted) => linear(0, Math.max(top, 0.1), wanted, true),
      text: (cores) => String(+cores.toFixed(2)),
    },
    points: series
      .filter((moment) => moment.cores !== null)
      .map((moment) => ({
        at: moment.t,
        title: seconds(moment.t),
        rows: [
          { name: 'Cores', text: moment.cores.toFixed(2), kind: '', y: moment.cores },
          ...(moment.rss_bytes === null
            ? []
            : [{ name: 'Memory', text: bytesText(moment.rss_bytes) }]),
        ],
      })),
    draw({ x, y, box }) {
      const points = timeline(x, (moment) => (moment.cores === null ? null : y.at(moment.cores)))
      return [area(points, box.bottom), line(points)]
    },
  }
}

// Plots of a whole histogram. Its buckets are [largest value, count]; each holds the values from
// `low` up to, not including, `high`, exact below 64 and 32 to a power of two above.

function spans(histogram) {
  return histogram.buckets.map(([top, count]) => {
    const wide = top < 64 ? 1 : 2 ** (Math.floor(Math.log2(top)) - 5)
    return { low: Math.max(0.5, top + 1 - wide), high: top + 1, count }
  })
}

// The counts in columns of equal width on a logarithmic axis; a bucket that lies in several is
// shared out.
function columns(histogram, scale, wanted) {
  const bins = Array.from({ length: wanted }, () => 0)
  for (const { low, high, count } of spans(histogram)) {
    const [from, to] = [scale.share(low) * wanted, scale.share(high) * wanted]
    for (let i = Math.max(0, Math.floor(from)); i < Math.min(wanted, to); ++i) {
      bins[i] += (count * (Math.min(to, i + 1) - Math.max(from, i))) / (to - from)
    }
  }
  const edge = (i) => scale.from * (scale.to / scale.from) ** (i / wanted)
  return bins.map((count, i) => ({ count, low: edge(i), high: edge(i + 1) }))
}

// Lines at the percentiles, those of one place together, each name in the first of three rows where
// it covers no other.
function percentileMarks(histogram, x, box) {
  const marks = []
  for (const [name, key] of percentiles) {
    const at = x.at(Math.max(1, histogram[key]))
    if (marks.length > 0 && at - marks.at(-1).at < 1) marks.at(-1).last = name
    else marks.push({ at, name })
  }
  const ends = [-Infinity, -Infinity, -Infinity]
  return marks.flatMap(({ at, name, last }) => {
    const text = last ? `${name} – ${last}` : name
    const half = text.length * 3.5 + 4
    const middle = Math.min(Math.max(at, half), box.right + 8 - half)
    const row = Math.max(
      0,
      ends.findIndex((end) => middle - half > end),
    )
    ends[row] = middle + half
    const y = box.top - 34 + row * 14
    return [
      svg('line', { class: 'mark', x1: at, x2: at, y1: y + 4, y2: box.bottom }),
      svg('text', { x: middle, y, 'text-anchor': 'middle', class: 'name strong' }, text),
    ]
  })
}

function percentileTable(histogram) {
  const rows = percentiles.map(([name, key]) => [name, timeText(histogram[key])])
  return {
    head: ['Percentile', 'Latency'],
    rows: [['min', timeText(histogram.min)], ...rows, ['mean', timeText(histogram.mean)]],
  }
}

function distributionPlot() {
  if (latency.buckets.length < 2) return null
  const widest = spans(latency)
  const scale = logarithmic(Math.max(1, widest[0].low), widest.at(-1).high, 6, false)
  const bins = columns(latency, scale, 90)
  const most = Math.max(...bins.map((bin) => bin.count))
  const share = (bin) => `${((100 * bin.count) / latency.count).toFixed(2)} %`
  return {
    title: 'Distribution of latency',
    caption: 'How many messages took how long; the dashed lines are the percentiles.',
    label: percentiles.map(([name, key]) => `${name} ${timeText(latency[key])}`).join(', '),
    half: true,
    left: 2,
    top: 46,
    table: percentileTable(latency),
    x: {
      name: 'Latency',
      scale: (wanted) => logarithmic(scale.from, scale.to, wanted * 0.8, false),
      text: shortTime,
    },
    points: bins.map((bin) => ({
      at: Math.sqrt(bin.low * bin.high),
      title: `${timeText(bin.low)} – ${timeText(bin.high)}`,
      rows: [
        { name: 'Messages', text: grouped(bin.count) },
        { name: 'Share', text: share(bin) },
      ],
    })),
    draw({ x, box }) {
      const bars = bins.map((bin) => {
        const height = ((box.bottom - box.top) * bin.count) / most
        const [left, right] = [x.at(bin.low), x.at(bin.high)]
        const visible = bin.count >= 0.5 ? Math.max(1, height) : 0
        return svg('rect', {
          class: 'column',
          x: left,
          y: box.bottom - visible,
          width: Math.max(1, right - left - 0.75),
          height: visible,
        })
      })
      return [...bars, ...percentileMarks(latency, x, box)]
    },
  }
}

// Along the axis the nines: 0 for 0 %, 1 for 90 %, 2 for 99 %, so that the tail has room.
function percentilePlot() {
  if (latency.buckets.length < 2) return null
  let seen = 0
  const points = latency.buckets.map(([top, count]) => {
    const slower = (latency.count - seen) / latency.count
    seen += count
    return { at: -Math.log10(slower), value: Math.max(1, Math.min(top, latency.max)), slower }
  })
  const right = Math.max(1, Math.log10(latency.count))
  const shares = [
    [0.5, 'p50'],
    [0.9, 'p90'],
    [0.99, 'p99'],
    [0.999, 'p999'],
  ].filter(([share]) => latency.count * (1 - share) >= 1)
  const percent = (nines) =>
    `${+(100 * (1 - 10 ** -nines)).toFixed(Math.max(0, Math.ceil(nines - 2)))} %`
  const name = (point) => `${+(100 * (1 - point.slower)).toPrecision(6)} %`
  return {
    title: 'Latency by percentile',
    caption: 'What so many of the messages did not exceed; the axis stretches the slowest few.',
    label: percentiles.map(([text, key]) => `${text} ${timeText(latency[key])}`).join(', '),
    half: true,
    table: percentileTable(latency),
    x: {
      name: 'Percentile',
      scale(wanted) {
        const apart = Math.ceil(Math.floor(right) / wanted)
        const ticks = Array.from({ length: Math.floor(right / apart) + 1 }, (_, i) => i * apart)
        return { ...linear(0, right, 1, false), ticks }
      },
      text: percent,
    },
    y: {
      scale: (wanted) => logarithmic(points[0].value, latency.max, wanted, true),
      text: shortTime,
    },
    points: points.map((point) => ({
      at: point.at,
      title: name(point),
      rows: [{ name: 'within', text: timeText(point.value), kind: '', y: point.value }],
    })),
    draw({ x, y, box }) {
      const steps = points.flatMap(({ at, value }, i) => {
        const next = points[i + 1]?.at ?? right
        return [
          [x.at(at), y.at(value)],
          [x.at(next), y.at(value)],
        ]
      })
      const marks = shares.flatMap(([share, key]) => {
        const [left, top] = [
          x.at(Math.min(right, -Math.log10(1 - share))),
          y.at(Math.max(1, latency[key])),
        ]
        const below = top + 16 < box.bottom ? top + 15 : top - 9
        return [
          svg('circle', { class: 'dot', cx: left, cy: top, r: 5 }),
          svg('text', { x: left + 7, y: below, class: 'name strong' }, timeText(latency[key])),
        ]
      })
      return [line(steps), ...marks]
    },
  }
}

// Memory: what was measured, and the line whose slope is the price of a connection.

function memoryPlot() {
  const memory = server?.memory ?? []
  if (memory.length < 2) return null
  const slope = server.rss_per_connection
  const mean = (index) => memory.reduce((sum, point) => sum + point[index], 0) / memory.length
  const fit = (connections) => mean(1) + (slope ?? 0) * (connections - mean(0))
  const sizes = memory.map(([, size]) => size / 2 ** 20)
  const [first, last] = [memory[0][0], memory.at(-1)[0]]
  return {
    title: 'Memory of the server',
    caption:
      slope === null
        ? 'Resident memory with so many connections.'
        : `Resident memory grows by ${grouped(slope)} bytes with each connection: the slope of the line.`,
    label: `From ${bytesText(memory[0][1])} with ${count(first, 'connection')} to ${bytesText(memory.at(-1)[1])} with ${grouped(last)}.`,
    half: result.workload !== 'idle',
    x: {
      name: 'Connections',
      scale: (wanted) => linear(Math.min(0, first), last, wanted, false),
      text: short,
    },
    y: {
      scale: (wanted) => linear(Math.min(...sizes), Math.max(...sizes), wanted, true),
      text: (mib, { step }) => `${mib.toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0)} MiB`,
    },
    points: memory.map(([connections, size]) => ({
      at: connections,
      title: count(connections, 'connection'),
      rows: [{ name: 'Memory', text: bytesText(size), kind: '', y: size / 2 ** 20 }],
    })),
    draw({ x, y }) {
      const at = (connections) => [x.at(connections), y.at(fit(connections) / 2 ** 20)]
      const dots = memory.map(([connections], i) =>
        svg('circle', { class: 'dot', cx: x.at(connections), cy: y.at(sizes[i]), r: 5 }),
      )
      return [slope === null ? null : line([at(first), at(last)], 'second'), ...dots]
    },
  }
}

// The storm

function recoveryPlot() {
  if (!storm || storm.back_us.buckets.length < 2) return null
  let back = 0
  const steps = storm.back_us.buckets.map(([top, count]) => {
    back += count
    return [Math.min(top, storm.back_us.max) / 1e6, (100 * back) / storm.dropped]
  })
  const points = [[0, 0], ...steps]
  return {
    title: 'Coming back',
    caption:
      'Clients that were connected again and had all that they had missed, since the moment they were dropped.',
    label: `Half after ${timeText(storm.back_us.p50)}, 99 of 100 after ${timeText(storm.back_us.p99)}, the last after ${timeText(storm.back_us.max)}.`,
    x: {
      name: 'Since the drop',
      scale: (wanted) => linear(0, points.at(-1)[0], wanted, false),
      text: seconds,
    },
    y: { scale: (wanted) => linear(0, 100, wanted, true), text: (share) => `${share} %` },
    points: steps.map(([t, share]) => ({
      at: t,
      title: seconds(t),
      rows: [
        { name: 'Recovered', text: `${share.toFixed(1)} %`, kind: '', y: share },
        { name: 'Clients', text: grouped((share * storm.dropped) / 100) },
      ],
    })),
    draw({ x, y, box }) {
      const drawn = points.map(([t, share]) => [x.at(t), y.at(share)])
      return [area(drawn, box.bottom), line(drawn)]
    },
  }
}

function calmPlot() {
  if (!storm || storm.quiet_us.count === 0 || storm.during_us.count === 0) return null
  const { quiet_us: quiet, during_us: during } = storm
  const value = (histogram, key) => Math.max(1, histogram[key])
  const all = percentiles.flatMap(([, key]) => [value(quiet, key), value(during, key)])
  return {
    title: 'Those who stayed',
    caption: 'Latency at the clients that were not dropped, before the storm and during it.',
    label: `p99 ${timeText(quiet.p99)} before, ${timeText(during.p99)} during the storm.`,
    half: true,
    key: [
      ['third', 'before'],
      ['', 'during'],
    ],
    x: {
      name: 'Percentile',
      scale: () => ({ ...linear(-0.5, 4.5, 5, false), ticks: [0, 1, 2, 3, 4] }),
      text: (index) => percentiles[index][0],
    },
    y: {
      scale: (wanted) => logarithmic(Math.min(...all), Math.max(...all), wanted, true),
      text: shortTime,
    },
    points: percentiles.map(([title, key], at) => ({
      at,
      title,
      rows: [
        { name: 'before', text: timeText(quiet[key]), kind: 'third', y: value(quiet, key) },
        { name: 'during', text: timeText(during[key]), kind: '', y: value(during, key) },
      ],
    })),
    draw({ x, y }) {
      return percentiles.flatMap(([, key], i) => {
        const [before, after] = [y.at(value(quiet, key)), y.at(value(during, key))]
        const at = x.at(i)
        return [
          svg('line', { class: 'between', x1: at, x2: at, y1: before, y2: after }),
          svg('circle', { class: 'dot third', cx: at, cy: before, r: 6 }),
          svg('circle', { class: 'dot', cx: at, cy: after, r: 6 }),
        ]
      })
    },
  }
}

// A half that has no neighbour takes the whole row.
function plots() {
  const made = [
    recoveryPlot(),
    ratePlot(),
    latencyPlot(),
    calmPlot(),
    connectionsPlot(),
    distributionPlot(),
    percentilePlot(),
    memoryPlot(),
    serverPlot(),
  ].filter((spec) => spec !== null)
  let open = null
  const figures = made.map((spec) => {
    const figure = plotFigure(spec)
    if (!spec.half) {
      open?.classList.add('alone')
      open = null
    } else {
      open = open ? null : figure
    }
    return figure
  })
  open?.classList.add('alone')
  return html('div', { class: 'plots' }, figures)
}
