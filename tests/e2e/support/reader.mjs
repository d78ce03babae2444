// A reader who scrolls up through the log, and what that moves.

/**
 * Scrolls up until something is on screen.
 * @param {{ page: import('playwright-core').Page, log: import('playwright-core').Locator }} window
 * @param {import('playwright-core').Locator} wanted
 * @param {number} step in pixels; short enough that a row stays on screen
 * @returns {Promise<{ found: boolean, moved: number[], seen: string[] }>} `moved`: for each page of older
 *   messages that came in, by how many pixels it moved a row on screen, Infinity when the row is gone;
 *   `seen`: the messages that passed by
 */
export async function readUpTo({ page, log }, wanted, step) {
  await log.hover()
  await page.evaluate(watch, step)
  const isThere = () => wanted.isVisible()
  for (let left = 400; left > 0 && !(await isThere()); left--) {
    await page.mouse.wheel(0, -step)
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 40)))
  }
  const { moved, seen } = await page.evaluate(() => ({ moved: window.reader.moved, seen: [...window.reader.seen] }))
  return { found: await isThere(), moved, seen }
}

/** In the page: looks at every frame in which the list grew. The reader's own steps do not count. */
function watch(step) {
  const list = document.querySelector('[role=log]')
  const moved = []
  const seen = new Set()
  window.reader = { moved, seen }
  let last = null
  const shift = ({ row, top }) => {
    const pixels = row.getBoundingClientRect().top - top
    return Math.abs(pixels - Math.round(pixels / step) * step)
  }
  const look = () => {
    const height = list.scrollHeight
    if (last && height - last.height > 500) moved.push(last.row.isConnected ? shift(last) : Infinity)
    for (const message of list.querySelectorAll('[data-id]')) seen.add(message.dataset.id)
    const row = [...list.querySelectorAll('[data-row]')].find((candidate) => {
      const { top } = candidate.getBoundingClientRect()
      return top > 200 && top < innerHeight && getComputedStyle(candidate).visibility === 'visible'
    })
    last = row ? { row, top: row.getBoundingClientRect().top, height } : null
    requestAnimationFrame(look)
  }
  look()
}
