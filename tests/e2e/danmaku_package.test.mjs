// @parley/danmaku as npm packs it: an application of its own types against it, bundles it and lets a
// comment fly; and its engine runs where there is no canvas.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { buildPackage, buildPage, checkTypes } from '../support/vue_package.mjs'
import { launch, wrapPage } from './support/browser.mjs'
import { serveForeign } from './support/foreign_page.mjs'

/** The README's page, with a track. */
const app = `
import { Danmaku, Track, type Comment } from '@parley/danmaku'

const host = document.querySelector<HTMLElement>('#screen')!
const danmaku = new Danmaku(host, { area: 0.75, onFreeze: (frozen) => void frozen?.comment.text })
const hello: Comment = { id: '1', text: 'Hello', mode: 'top', own: true }
const track = new Track(danmaku)
track.add([{ ...hello, at: 1000 }])
track.seek(1000)
track.sync(1000, true)
// @ts-expect-error there is no such kind
danmaku.emit({ id: '2', text: 'no', mode: 'left' })
`
const page = `<!doctype html><title>x</title><link rel="icon" href="data:,">
<div id="screen" style="position:relative;width:640px;height:360px"></div>
<script type="module" src="/app.ts"></script>`

let built
before(() => (built = buildPackage('danmaku')))
after(() => built?.remove())

test('an application has its types, and a comment flies', async (t) => {
  checkTypes(built, { 'app.ts': app })
  const site = await serveForeign(await buildPage(built, { 'index.html': page, 'app.ts': app }))
  t.after(() => site.close())
  const browser = await launch()
  t.after(() => browser.close())
  const tab = await browser.newPage()
  const { complaints } = wrapPage(tab)
  await tab.goto(site.origin)
  await tab.waitForFunction(() => {
    const canvas = document.querySelector('#screen canvas')
    const { data } = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height) ?? {}
    return data?.some((value) => value > 0)
  })
  assert.deepEqual(complaints, [])
})

test('the engine runs without a canvas', async () => {
  const consumer = join(built.folder, 'engine.mjs')
  writeFileSync(consumer, "export * from '@parley/danmaku'\n")
  const { Stage } = await import(pathToFileURL(consumer))
  const stage = new Stage({ measure: ({ text }, fontSize) => text.length * fontSize })
  stage.resize(800, 400)
  stage.add({ id: '1', text: 'hello' })
  for (let n = 0; n < 60; n++) stage.advance(16)
  const [{ comment, x }] = stage.alive
  assert.equal(comment.text, 'hello')
  assert.ok(x > 0 && x < 800)
})
