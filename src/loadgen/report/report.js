// The page: what was asked, the figures that matter, what to know before believing them, the plots
// that the run has data for, and the result itself to take away.
const workloads = {
  fanout: ['Fan-out', 'One message to many: each one published goes to everyone in its room.'],
  echo: ['Echo', 'Every client sends, and waits for its own message to come back.'],
  idle: ['Idle connections', 'What a connection costs that only waits.'],
  storm: [
    'Reconnect storm',
    'All clients drop at once and come back, while a few that stayed go on listening.',
  ],
  mixed: ['Mixed traffic', 'Rooms, direct messages and presence, all at the same time.'],
}
const isOpenLoop = options.rate > 0

// Heading

function errorWords() {
  const words = []
  if (totals.failed_connections > 0)
    words.push(`${count(totals.failed_connections, 'connection')} failed`)
  if (totals.errors > 0) words.push(count(totals.errors, 'error'))
  if (storm?.lost > 0) words.push(`${count(storm.lost, 'message')} lost`)
  return words.join(', ')
}

function settingWords() {
  const words = [`${count(options.connections, 'connection')} in ${count(options.rooms, 'room')}`]
  if (totals.published > 0) {
    words.push(`messages of ${grouped(options.size)} bytes`)
    words.push(
      isOpenLoop
        ? `${grouped(options.rate)} a second wanted`
        : `${grouped(options.in_flight)} in flight`,
    )
  }
  if (options.compressed) words.push('compressed')
  return `${words.join(', ')}.`
}

function heading() {
  const [title, lead] = workloads[result.workload] ?? [result.workload, '']
  const errors = errorWords()
  document.title = `${title} · parley bench`
  return [
    html('h1', null, title),
    html('p', { class: 'lead' }, lead, html('br'), settingWords()),
    html(
      'p',
      { class: 'where' },
      errors
        ? html('span', { class: 'bad' }, errors)
        : html('span', { class: 'ok' }, '✓ No errors'),
      html('span', null, result.target),
      html('span', null, result.dialect),
      html('span', null, result.machine),
      html(
        'time',
        { datetime: result.started },
        result.started.replace('T', ' ').replace('Z', ' UTC'),
      ),
    ),
  ]
}

// The figures that matter: the first of them large, the others in full rows of at most four

function trafficTiles() {
  const tiles = [
    [
      'Deliveries',
      rate(rates.deliveries_per_s),
      `${grouped(totals.deliveries)} in ${seconds(result.elapsed_s)}`,
    ],
    ['Half arrive within', time(latency.p50), 'p50'],
    ['99 of 100 within', time(latency.p99), 'p99'],
    ['999 of 1,000 within', time(latency.p999), `p99.9; the slowest ${timeText(latency.max)}`],
    ['Published', rate(rates.published_per_s), `${grouped(totals.published)} in all`],
  ]
  if (rates.deliveries_per_cpu_s) {
    tiles.push([
      'Deliveries per CPU second',
      [grouped(rates.deliveries_per_cpu_s), ''],
      'of the server',
    ])
  }
  return tiles
}

function stormTiles() {
  const whole = storm.recovered === storm.dropped
  return [
    [
      whole ? 'All back and recovered in' : 'The last recovered after',
      time(storm.back_us.max),
      `${grouped(storm.recovered)} of ${count(storm.dropped, 'client')}` +
        (storm.refused > 0 ? `, ${count(storm.refused, 'attempt')} refused and made again` : ''),
    ],
    ['Messages lost', [grouped(storm.lost), ''], 'by clients of the storm'],
    ['Messages twice', [grouped(storm.duplicates), ''], 'at clients of the storm'],
    ['p99 before the storm', time(storm.quiet_us.p99), 'at the clients that stayed'],
    ['p99 during the storm', time(storm.during_us.p99), 'at the same clients'],
  ]
}

function idleTiles() {
  const slope = server?.rss_per_connection ?? null
  const connections = ['Connections', [grouped(options.connections), ''], 'asked for']
  return slope === null
    ? [connections]
    : [
        ['Memory per connection', [grouped(slope), 'bytes'], 'the slope of the line below'],
        connections,
      ]
}

function serverTiles() {
  const tiles = []
  if (server?.core_used != null) {
    tiles.push([
      'Server CPU',
      [server.core_used.toFixed(2), 'cores'],
      `${seconds(server.cpu_s)} in all`,
    ])
  }
  if (server?.rss_bytes != null)
    tiles.push(['Server memory', bytes(server.rss_bytes), 'resident, at the end'])
  if (server?.rss_per_connection != null && result.workload !== 'idle') {
    tiles.push(['Memory per connection', [grouped(server.rss_per_connection), 'bytes'], ''])
  }
  return tiles
}

function tile([label, [number, unit], aside], place) {
  return html(
    'div',
    { class: `tile ${place}` },
    html('dt', null, label),
    html('dd', { class: 'figure' }, number, unit ? html('span', { class: 'unit' }, unit) : null),
    aside ? html('dd', { class: 'aside' }, aside) : null,
  )
}

function tiles() {
  const own = storm ? stormTiles() : totals.deliveries > 0 ? trafficTiles() : idleTiles()
  const [first, ...rest] = [...own, ...serverTiles()]
  const full = Math.ceil(rest.length / Math.ceil(rest.length / 4))
  const inRow = (i) => Math.min(full, rest.length - Math.floor(i / full) * full)
  return html(
    'dl',
    { class: 'card tiles' },
    tile(first, 'main'),
    rest.map((figure, i) => tile(figure, `of-${inRow(i)}`)),
  )
}

function notes() {
  if (result.notes.length === 0) return null
  return html(
    'section',
    { class: 'card notes' },
    html('h2', null, 'About these figures'),
    html(
      'ul',
      null,
      result.notes.map((note) => html('li', null, note)),
    ),
  )
}

// To take away

async function copy(button, text) {
  const label = button.textContent
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'Not allowed here'
  }
  setTimeout(() => (button.textContent = label), 1500)
}

function copyButton(label, text) {
  return html(
    'button',
    { type: 'button', class: 'button', onclick: (event) => copy(event.currentTarget, text) },
    label,
  )
}

function command() {
  return html(
    'section',
    { class: 'card take', 'aria-label': 'The command that made this report' },
    html(
      'code',
      null,
      result.command.split(' ').flatMap((word) => [html('span', null, word), ' ']),
    ),
    copyButton('Copy', result.command),
  )
}

function setting() {
  const yes = [options.tls ? 'TLS' : null, options.compressed ? 'compressed' : null]
  const load = isOpenLoop
    ? `open loop, ${joined(rate(options.rate))} wanted`
    : `closed loop, ${grouped(options.in_flight)} in flight`
  const facts = [
    ['Target', result.target, 'wide'],
    ['Dialect', [result.dialect, ...yes].filter(Boolean).join(', ')],
    ['Connections', `${grouped(options.connections)} in ${count(options.rooms, 'room')}`],
    ['Message', totals.published > 0 ? `${grouped(options.size)} bytes` : null],
    ['Load', totals.published > 0 ? load : null],
    ['Measured for', seconds(result.elapsed_s)],
    ['Received', totals.bytes_received > 0 ? bytesText(totals.bytes_received) : null],
    ['Load generator', count(options.threads, 'thread')],
    ['Machine', result.machine, 'wide'],
  ]
  return html(
    'dl',
    { class: 'card setting' },
    facts
      .filter(([, fact]) => fact)
      .map(([name, fact, kind]) =>
        html('div', { class: kind }, html('dt', null, name), html('dd', null, fact)),
      ),
  )
}

function download(text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  html('a', { href: address, download: `parley-bench-${result.workload}.json` }).click()
  setTimeout(() => URL.revokeObjectURL(address), 1000)
}

function raw() {
  const text = JSON.stringify(result, null, 2)
  const shown = html('pre', { hidden: true, tabindex: 0, 'aria-label': 'The result as JSON' }, text)
  const show = html(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-expanded': 'false',
      onclick() {
        shown.hidden = !shown.hidden
        show.textContent = shown.hidden ? 'Show' : 'Hide'
        show.setAttribute('aria-expanded', String(!shown.hidden))
      },
    },
    'Show',
  )
  return html(
    'section',
    { class: 'card raw' },
    html(
      'div',
      { class: 'row' },
      html('h2', null, 'The result as JSON'),
      show,
      copyButton('Copy', text),
      html(
        'button',
        { type: 'button', class: 'button', onclick: () => download(text) },
        'Download',
      ),
    ),
    shown,
  )
}

function footer() {
  const latencyIs = isOpenLoop
    ? 'Latency counts from the moment a message was due to be sent, so that waiting is not hidden.'
    : 'Latency counts from the moment a message was sent.'
  return html(
    'footer',
    null,
    latency.count > 0 ? `${latencyIs} ` : '',
    'Made by parley bench; this file needs no network.',
  )
}

document
  .getElementById('page')
  .append(
    ...[...heading(), tiles(), notes(), command(), plots(), setting(), raw(), footer()].filter(
      Boolean,
    ),
  )

document.getElementById('theme').addEventListener('click', () => {
  const root = document.documentElement
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark'
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
  document.documentElement.dataset.theme = event.matches ? 'dark' : 'light'
})
