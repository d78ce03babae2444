// Headless Chromium for the browser tests: launch, open a window of the page as somebody, and keep
// every complaint of that window (console errors, exceptions, refused by the content policy).
// The test that launches closes; the profile is a temporary one of its own.
import { chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Ample: the server under test is sanitized and the machine may be busy. */
export const PATIENCE_MS = 30_000

export const desktop = { viewport: { width: 1280, height: 800 } }
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
}

export function launch() {
  return chromium.launch({ executablePath, args })
}

/**
 * A window in a profile of its own. `user` names the person by the address; without it the page asks.
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {{ user?: string } & import('playwright-core').BrowserContextOptions} [options]
 */
export async function openWindow(browser, address, { user, ...options } = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...desktop, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const window = wrapPage(page)
  await page.goto(user ? `${address}?username=${encodeURIComponent(user)}` : address)
  return window
}

/** Windows of several people in one room, all connected. */
export async function openWindows(browser, address, users) {
  const windows = []
  for (const user of users) {
    windows.push(await openWindow(browser, address, { user }))
    await windows.at(-1).inState('connected')
  }
  return windows
}

/** The page in a tester's words. */
export function wrapPage(page) {
  const complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))

  const composer = page.getByRole('textbox', { name: /^(Message|消息)$/ })
  const log = page.getByRole('log')
  const bubbles = log.locator('.message .text')
  return {
    page,
    complaints,
    composer,
    log,
    bubbles,
    pill: page.locator('.pill'),
    people: page.locator('.people .side-row .label'),
    /** Resolves when the pill shows this state. */
    inState: (state) => page.locator(`.pill[data-state="${state}"]`).waitFor(),
    /** Resolves when exactly this text stands as a message. */
    sees: (text) => bubbles.getByText(text, { exact: true }).first().waitFor(),
    say: async (text) => {
      await composer.fill(text)
      await composer.press('Enter')
    },
    /** The row of the message with this text. */
    row: (text) => log.locator('.message', { has: page.getByText(text, { exact: true }) }),
    /** Everything said, in the order shown. */
    texts: () => bubbles.allInnerTexts(),
    close: () => page.context().close(),
  }
}
