// Pictures of every page for people to look at: desktop and phone, light and dark, both languages, empty,
// busy and without a line. Those of the READMEs and docs are some of them.
//   node e2e/screenshots.mjs DIRECTORY [PART OF A NAME]     (the server binary as for the tests: PARLEY_BIN)
// Emoji and Chinese need fonts: fonts-noto-color-emoji, fonts-wqy-microhei.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../support/server.mjs'
import { takeChat } from './screenshots/chat.mjs'
import { takePages } from './screenshots/pages.mjs'
import { desktop, launch, phone } from './support/browser.mjs'

/**
 * One way to look at the page.
 * @typedef {{
 *   browser: import('playwright-core').Browser, server: { url: string }, device: object,
 *   colorScheme: 'light' | 'dark', language: 'en' | 'zh',
 *   shoot: (page: import('playwright-core').Page, part: string) => Promise<void>,
 * }} Look
 */

const [directory, wanted = ''] = process.argv.slice(2)
if (!directory) {
  console.error('usage: node e2e/screenshots.mjs DIRECTORY [PART OF A NAME]')
  process.exit(2)
}
mkdirSync(directory, { recursive: true })

const files = mkdtempSync(join(tmpdir(), 'parley-shots-'))
const quiet = await start({ env: { PARLEY_FILES__PATH: files } })
const demo = await start({ command: 'demo' })
const browser = await launch()
for (const [size, device] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ['light', 'dark']) {
    for (const language of ['en', 'zh']) {
      const name = `${size}-${colorScheme}-${language}`
      const look = { browser, device, colorScheme, language, shoot: (page, part) => shoot(page, `${name}-${part}`) }
      if (`${name}-chat`.includes(wanted)) await takeChat({ ...look, server: quiet })
      if (`${name}-pages`.includes(wanted)) await takePages({ ...look, server: demo })
    }
  }
}
await browser.close()
await demo.stop()
await quiet.stop()
rmSync(files, { recursive: true, force: true })

async function shoot(page, name) {
  await page.waitForTimeout(250) // popovers come in with a movement
  await page.screenshot({ path: join(directory, `${name}.png`), animations: 'disabled' })
}
