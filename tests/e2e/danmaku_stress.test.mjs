// 200 comments a second for ten seconds, then 10,000, on the software renderer: the picture holds 58
// frames a second, and every comment is accounted for. Says what a frame costs the main thread, too, so that a busy machine can be told from a
// slow renderer. The renderer comes from its sources, on a page of its own.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { launch, wrapPage } from './support/browser.mjs'
import { serveForeign } from './support/foreign_page.mjs'

const SECONDS = 10
/** Of the main thread for a frame; a screen gives it 16.7. */
const MAX_TASK_MS = 9
const TRIES = 4

const source = fileURLToPath(new URL('../../web/packages/danmaku/src/index.ts', import.meta.url))
const html = `<!doctype html><meta charset="utf-8"><title>stress</title><link rel="icon" href="data:,">
<div id="stage" style="position:relative;width:1280px;height:720px;background:#234"></div>
<script type="module">import * as danmaku from '/danmaku.js'; window.danmaku = danmaku</script>`

let browser, site
before(async () => {
  site = await serveForeign({ '/index.html': html, '/danmaku.js': await bundle() })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  site?.close()
})

async function bundle() {
  const web = createRequire(new URL('../../web/package.json', import.meta.url))
  const { build } = await import(web.resolve('rolldown'))
  const { output } = await build({ input: source, write: false })
  return output[0].code
}

/** Runs in the page: floods a stage and counts its frames. */
async function flood({ seconds, perSecond, layers }) {
  const words = [
    '666',
    '前方高能',
    'hello from the back row',
    '哈哈哈哈哈',
    'what a show',
    '泪目',
    'first!',
    '这个镜头太美了',
  ]
  const colors = ['#ffffff', '#fe0302', '#ffff00', '#00cd00', '#4266be']
  const modes = ['scroll', 'scroll', 'scroll', 'scroll', 'scroll', 'scroll', 'top', 'bottom']
  const renderer = new window.danmaku.Danmaku(document.querySelector('#stage'), { layers })
  let sent = 0
  const send = () => {
    const n = sent++
    renderer.emit({
      id: String(n),
      text: `${words[n % words.length]} ${n}`,
      color: colors[n % colors.length],
      mode: modes[n % modes.length],
      size: n % 11 === 0 ? 'large' : 'medium',
    })
  }
  const nextFrame = () => new Promise(requestAnimationFrame)
  const began = await nextFrame()
  let frames = 0
  let now = began
  let peak = 0
  const work = []
  while (now - began < seconds * 1000) {
    while (sent < ((now - began) / 1000) * perSecond) send()
    now = await nextFrame()
    frames++
    peak = Math.max(peak, renderer.stats.alive)
    work.push(renderer.stats.frameMs)
  }
  const { shown, shed, alive, waiting } = renderer.stats
  renderer.destroy()
  const scriptMs = work.reduce((sum, ms) => sum + ms, 0) / work.length
  return { fps: (frames * 1000) / (now - began), scriptMs, frames, sent, shown, shed, alive, waiting, peak }
}

async function run(load) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  const { complaints } = wrapPage(page)
  await page.goto(site.origin)
  await page.waitForFunction(() => window.danmaku)
  const session = await page.context().newCDPSession(page)
  // Processor time, not time by the clock: what others do on this machine does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busySeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value
  }
  const busyBefore = await busySeconds()
  const figures = await page.evaluate(flood, { seconds: SECONDS, ...load })
  const taskMs = (((await busySeconds()) - busyBefore) * 1000) / figures.frames
  await page.close()
  assert.deepEqual(complaints, [])
  return { ...figures, taskMs }
}

// One layer: comments never touch, so most are shed. Three: they may lie over one another, as much as
// anybody can read. Of ten thousand a second nearly all are.
for (const { perSecond, layers, least, minFps } of [
  { perSecond: 200, layers: 1, least: 200, minFps: 58 },
  { perSecond: 200, layers: 3, least: 600, minFps: 50 },
  { perSecond: 10_000, layers: 1, least: 200, minFps: 58 },
]) {
  const title = `${SECONDS} s at ${perSecond} comments a second hold ${minFps} frames a second, layers: ${layers}`
  test(title, async (t) => {
    let best
    for (let n = 0; n < TRIES && !(best?.fps >= minFps); n++) {
      const figures = await run({ perSecond, layers })
      t.diagnostic(describe(figures))
      if (!best || figures.fps > best.fps) best = figures
    }
    assert.equal(best.shown + best.shed + best.waiting, best.sent, 'every comment is accounted for')
    assert.ok(best.shown >= least, `only ${best.shown} were shown`)
    assert.ok(best.taskMs < MAX_TASK_MS, `a frame takes ${best.taskMs} ms of the main thread`)
    const machine = `${loadavg()[0].toFixed(1)} others wanted this machine's ${availableParallelism()} processors`
    assert.ok(best.fps >= minFps, `${best.fps.toFixed(1)} fps; ${machine}`)
  })
}

function describe({ fps, taskMs, scriptMs, sent, shown, shed, peak }) {
  const load = `${sent} sent, ${shown} shown, ${shed} shed, up to ${peak} at once`
  return `${fps.toFixed(1)} fps; main thread ${taskMs.toFixed(2)} ms a frame, of it script ${scriptMs.toFixed(2)} ms; ${load}`
}
