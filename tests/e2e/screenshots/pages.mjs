// All pages but the chat, while the demo runs.
import { openWindow, phone } from '../support/browser.mjs'

/** Until charts have something to show and comments are everywhere. */
const SETTLES_MS = 8_000

/** @param {import('../screenshots.mjs').Look} look */
export async function takePages({ browser, server, device, colorScheme, language, shoot }) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-US'
  const options = { ...device, colorScheme, locale }

  const open = async (path, user) => {
    const window = await openWindow(browser, server.url + path, { ...options, user })
    if (user) await window.inState('connected')
    return window
  }
  const page = async (path, part, prepare = async () => {}) => {
    const window = await open(path, 'mei')
    await prepare(window)
    await shoot(window.page, part)
    return window
  }
  const settles = ({ page }) => page.waitForTimeout(SETTLES_MS)

  const start = await page('/', 'start', settles)
  await start.page.keyboard.press('Control+/')
  await shoot(start.page, 'start-help')
  await start.page.keyboard.press('Escape')
  await start.pill.click()
  await shoot(start.page, 'start-line')
  await start.page.context().setOffline(true)
  await start.page.locator('.panel .button').click()
  await start.page.keyboard.press('Escape')
  await start.inState('waiting')
  await shoot(start.page, 'start-offline')
  await start.close()

  const show = await page('/danmaku/show', 'danmaku', settles)
  await show.page.locator('.switch a').nth(1).click()
  await show.page.locator('.seek input').waitFor()
  await settles(show)
  await shoot(show.page, 'danmaku-timed')
  await show.close()
  const nobody = await page('/danmaku/nobody', 'danmaku-empty')
  await nobody.page.getByRole('button', { name: /^(Comment settings|弹幕设置)$/ }).click()
  await shoot(nobody.page, 'danmaku-settings')
  await nobody.close()

  const lab = await page('/lab', 'lab')
  const ways = lab.page.locator('#ways')
  await ways.evaluate((lesson) => lesson.scrollIntoView())
  await ways.getByRole('button', { name: /^(A ticker|行情)/ }).click()
  await ways.getByRole('button', { name: /^(Start|开始)$/ }).click()
  await settles(lab)
  await shoot(lab.page, 'lab-ways')
  for (const lesson of ['heartbeat', 'retry', 'close', 'frames', 'quiz']) {
    await lab.page.locator(`#${lesson}`).evaluate((element) => element.scrollIntoView())
    await shoot(lab.page, `lab-${lesson}`)
  }
  await lab.close()

  const stranger = await open('/chat')
  await shoot(stranger.page, 'sign-in')
  await stranger.close()
  const lost = await open('/no/such/page')
  await shoot(lost.page, 'lost')
  await lost.close()
  if (device === phone) return
  const small = await openWindow(browser, `${server.url}/`, {
    ...options,
    viewport: { width: 1280, height: 610 },
    user: 'mei',
  })
  await settles(small)
  await shoot(small.page, 'start-low')
  await small.close()
}
