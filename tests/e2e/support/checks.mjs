// What must hold on every page: axe finds nothing, nothing is wider than the window, no complaint of
// the browser, texts in the language that was asked for.
import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'

/** axe finds nothing to complain about. */
export async function assertAccessible(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  assert.deepEqual(found, [], where)
}

/** Nothing that is seen sticks out at the right, unless it may be scrolled there. */
export async function assertNoOverflow(page, where) {
  const tooWide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    // Cut off is as good as scrolled, if meant: an ellipsis, a strip. A page that only scrolls down hides a fault.
    const isFrame = ({ overflowX, overflowY }) =>
      /auto|scroll/.test(overflowX) || (/hidden|clip/.test(overflowX) && !/auto|scroll/.test(overflowY))
    const scrolls = (element) => {
      for (let parent = element.parentElement; parent !== document.body; parent = parent.parentElement) {
        if (isFrame(getComputedStyle(parent))) return true
      }
      return false
    }
    const out = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect()
      return box.width > 0 && box.right > width + 0.5 && !element.closest('.sr-only') && !scrolls(element)
    })
    const page = document.documentElement.scrollWidth > width ? ['document'] : []
    return [...page, ...out.map((element) => element.outerHTML.slice(0, 90))]
  })
  assert.deepEqual(tooWide, [], where)
}
