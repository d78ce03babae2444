import { describe, expect, it } from 'vitest'
import type { Comment, Settings } from './comment'
import type { Flyer } from './flyer'
import { GAP } from './lanes'
import { Stage } from './stage'

const WIDTH = 1000
const HEIGHT = 480
const FRAME = 16

function stageOf(settings: Partial<Settings> = {}, size = { width: WIDTH, height: HEIGHT }) {
  const left: string[] = []
  const stage = new Stage(
    {
      measure: ({ text }, fontSize) => text.length * fontSize * 0.6,
      leave: ({ comment }) => left.push(comment.id),
    },
    { subtitleGuard: false, ...settings },
  )
  stage.resize(size.width, size.height)
  return { stage, left }
}

let ids = 0
const comment = (text: string, more: Partial<Comment> = {}): Comment => ({
  id: `c${ids++}`,
  text,
  ...more,
})

function run(stage: Stage, ms: number, eachFrame: () => void = () => {}) {
  for (let passed = 0; passed < ms; passed += FRAME) {
    stage.advance(FRAME)
    eachFrame()
  }
}

const overlap = (a: Flyer, b: Flyer, gap = 0) =>
  a.x < b.x + b.width + gap - 0.01 &&
  b.x < a.x + a.width + gap - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01

function assertNoOverlap(stage: Stage, { layer, gap }: { layer?: number; gap?: number } = {}) {
  const alive = stage.alive.filter((flyer) => layer === undefined || flyer.layer === layer)
  for (const a of alive) {
    for (const b of alive) {
      if (a !== b && a.mode === b.mode && overlap(a, b, a.mode === 'scroll' ? gap : 0)) {
        throw new Error(`${a.comment.text} touches ${b.comment.text}`)
      }
    }
  }
}

/** The same numbers in every run. */
function randomOf(seed: number) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

describe('lanes', () => {
  it('no comment ever touches another one, nor comes nearer than the gap in flight, whatever their lengths, sizes and kinds', () => {
    const random = randomOf(7)
    const { stage } = stageOf()
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!
    run(stage, 40_000, () => {
      if (random() < 0.6) {
        const text = 'x'.repeat(1 + Math.floor(random() ** 3 * 60))
        const mode = pick(['scroll', 'scroll', 'scroll', 'top', 'bottom'] as const)
        stage.add(comment(text, { mode, size: pick(['small', 'medium', 'large'] as const) }))
      }
      assertNoOverlap(stage, { gap: GAP })
    })
    expect(stage.counts.shown).toBeGreaterThan(400)
    expect(stage.counts.shed).toBeGreaterThan(50)
  })

  it('a faster one does not enter behind a slower one that it would catch up', () => {
    const { stage } = stageOf({}, { width: WIDTH, height: 33 })
    stage.add(comment('slow'))
    run(stage, 2000)
    stage.add(comment('f'.repeat(70)))
    run(stage, FRAME)
    expect(stage.alive).toHaveLength(1)
    expect(stage.waitingCount).toBe(1)
    stage.add(comment('slow'))
    run(stage, FRAME)
    expect(stage.alive.map((flyer) => flyer.comment.text)).toEqual(['slow', 'slow'])
  })

  it('crosses the stage in the time that its speed says', () => {
    const { stage, left } = stageOf({ speed: 2 })
    stage.add(comment('word'))
    run(stage, 3960)
    expect(left).toHaveLength(0)
    run(stage, 80)
    expect(left).toHaveLength(1)
  })

  it('stacks what stands at the top downwards and at the bottom upwards, in the middle', () => {
    const { stage } = stageOf({ fontSize: 25 })
    for (const mode of ['top', 'top', 'bottom', 'bottom'] as const)
      stage.add(comment('hello', { mode }))
    run(stage, FRAME)
    expect(stage.alive.map(({ y }) => Math.round(y))).toEqual([0, 34, HEIGHT - 34, HEIGHT - 68])
    for (const { x, width } of stage.alive) expect(x + width / 2).toBeCloseTo(WIDTH / 2)
    run(stage, 5000)
    expect(stage.alive).toHaveLength(0)
  })

  it('what scrolls and what stands at the top keep out of each other’s way while there is room', () => {
    const random = randomOf(2)
    const { stage } = stageOf({}, { width: WIDTH, height: 2 * HEIGHT })
    run(stage, 120_000, () => {
      if (random() > 0.01) return
      const mode = random() < 0.3 ? 'top' : 'scroll'
      stage.add(comment('x'.repeat(1 + Math.floor(random() * 20)), { mode }))
      stage.advance(0)
      for (const a of stage.alive) {
        for (const b of stage.alive) expect(a !== b && overlap(a, b)).toBe(false)
        if (a.mode === 'top') expect(a.y).toBeLessThan(HEIGHT)
      }
    })
    expect(stage.counts.shown).toBeGreaterThan(50)
    expect(stage.counts.shed).toBe(0)
  })

  it('keeps to the area, and leaves the bottom to the subtitles', () => {
    const { stage } = stageOf({ area: 0.5, subtitleGuard: true })
    for (let n = 0; n < 100; n++) {
      stage.add(comment(`${n}`))
      stage.add(comment(`${n}`, { mode: 'bottom' }))
    }
    run(stage, FRAME)
    const bottoms = stage.alive.map(({ mode, y, height }) => ({ mode, end: y + height }))
    for (const { mode, end } of bottoms) {
      expect(end).toBeLessThanOrEqual((mode === 'scroll' ? 0.5 : 0.85) * HEIGHT + 0.01)
    }
    expect(Math.max(...bottoms.map(({ end }) => end))).toBeGreaterThan(0.8 * HEIGHT)
  })

  it('another font size scales what flies, and nobody touches anybody', () => {
    const { stage } = stageOf({ fontSize: 20 })
    const random = randomOf(3)
    for (const fontSize of [20, 30, 14, 26]) {
      run(stage, 3000, () => {
        if (random() < 0.4) stage.add(comment('x'.repeat(1 + Math.floor(random() * 20))))
        assertNoOverlap(stage)
      })
      stage.set({ fontSize })
      assertNoOverlap(stage)
    }
    const { width, height, comment: one } = stage.alive[0]!
    expect(width).toBeCloseTo(one.text.length * 26 * 0.6)
    expect(height).toBeCloseTo(26 * 1.36)
  })
})

it('rows and layers that are taken away and given back know who still flies in them', () => {
  const random = randomOf(11)
  const { stage } = stageOf({ layers: 2, density: 60 })
  const perLayer = () => {
    for (const layer of [0, 1]) assertNoOverlap(stage, { layer })
  }
  run(stage, 20_000, () => {
    for (let n = 0; n < 2; n++) stage.add(comment('x'.repeat(1 + Math.floor(random() * 12))))
    perLayer()
    const turn = random()
    if (turn < 0.05) stage.set({ area: 0.25, layers: 1 })
    else if (turn < 0.15) stage.set({ area: 1, layers: 2 })
  })
  expect(stage.counts.shown).toBeGreaterThan(100)
})

it('with more layers comments may lie over one another, each layer in itself without a touch', () => {
  const { stage } = stageOf({ layers: 2 }, { width: WIDTH, height: 120 })
  const random = randomOf(5)
  run(stage, 10_000, () => {
    stage.add(comment('x'.repeat(1 + Math.floor(random() * 30))))
    for (const layer of [0, 1]) assertNoOverlap(stage, { layer })
  })
  expect(() => assertNoOverlap(stage)).toThrow('touches')
  stage.set({ layers: 1 })
  run(stage, 9000, () => stage.add(comment('y')))
  expect(stage.alive.every(({ layer }) => layer === 0)).toBe(true)
})

describe('density and shedding', () => {
  it('never has more on the stage than the density allows', () => {
    const { stage } = stageOf({ density: 5 })
    for (let n = 0; n < 50; n++) stage.add(comment('a'))
    run(stage, 500)
    expect(stage.alive).toHaveLength(5)
  })

  it('sheds who has waited too long, and counts it', () => {
    const { stage } = stageOf({ density: 1, patience: 500 })
    for (let n = 0; n < 4; n++) stage.add(comment('a'))
    run(stage, 400)
    expect(stage.counts).toEqual({ shown: 1, shed: 0, hidden: 0 })
    run(stage, 200)
    expect(stage.counts).toEqual({ shown: 1, shed: 3, hidden: 0 })
  })

  it('sheds the oldest of the lowest priority when too many wait', () => {
    const { stage } = stageOf({ density: 1, queue: 2, patience: 60_000 })
    stage.add(comment('on stage', { mode: 'top' }))
    run(stage, FRAME)
    stage.add(comment('important', { priority: 1, mode: 'top' }))
    for (const text of ['old', 'new']) stage.add(comment(text, { mode: 'top' }))
    expect(stage.counts.shed).toBe(1)
    const seen = new Set<string>()
    run(stage, 16_000, () => stage.alive.forEach(({ comment: { text } }) => seen.add(text)))
    expect([...seen]).toEqual(['on stage', 'important', 'new'])
  })

  it('accounts for every comment of a flood', () => {
    const { stage } = stageOf({ density: 40 })
    let sent = 0
    run(stage, 12_000, () => {
      for (let n = 0; n < 160; n++, sent++) stage.add(comment(`flood ${n}`))
    })
    const { shown, shed } = stage.counts
    expect(shown + shed + stage.waitingCount).toBe(sent)
    expect(shown).toBeGreaterThan(40)
  })

  it('after a long sleep nothing stale is shown', () => {
    const { stage } = stageOf()
    for (let n = 0; n < 100; n++) stage.add(comment('a'))
    stage.advance(60_000)
    expect(stage.alive).toHaveLength(0)
    expect(stage.counts.shed).toBe(100)
  })

  it('shows the viewer’s own at once, full or not, blocked or not', () => {
    const { stage } = stageOf({ density: 3, blocked: ({ text }) => text.includes('mine') })
    for (let n = 0; n < 50; n++) stage.add(comment('a'.repeat(40)))
    run(stage, FRAME)
    for (const mode of ['scroll', 'top', 'bottom'] as const)
      stage.add(comment('mine', { own: true, mode }))
    expect(stage.alive.filter((flyer) => flyer.comment.own)).toHaveLength(3)
  })

  it('who comes after an own one that was put over others touches none of them', () => {
    const { stage } = stageOf({}, { width: WIDTH, height: 33 })
    stage.add(comment('a'.repeat(50)))
    run(stage, 160)
    stage.add(comment('mine', { own: true }))
    run(stage, 6000, () => {
      stage.add(comment('b'))
      const others = stage.alive.filter((flyer) => !flyer.comment.own)
      expect(others.some((a) => others.some((b) => a !== b && overlap(a, b)))).toBe(false)
    })
    expect(stage.counts.shown).toBeGreaterThan(2)
  })

  it('the own one is on the stage at once, also where time stands still', () => {
    const { stage } = stageOf()
    stage.add(comment('first'))
    run(stage, 2000)
    for (let n = 0; n < 3; n++) stage.add(comment('mine', { own: true }), true)
    for (const { x, width } of stage.alive) expect(x + width).toBeLessThanOrEqual(WIDTH)
    assertNoOverlap(stage)
    run(stage, 9000, () => {
      stage.add(comment('x'.repeat(20)))
      assertNoOverlap(stage)
    })
  })
})

describe('settings', () => {
  it('hides blocked comments and kinds, those on the stage, too', () => {
    const { stage, left } = stageOf()
    for (const text of ['spoiler', 'fine']) stage.add(comment(text))
    stage.add(comment('up', { mode: 'top' }))
    run(stage, FRAME)
    stage.set({
      blocked: ({ text }) => text === 'spoiler',
      modes: { scroll: true, top: false, bottom: true },
    })
    expect(stage.alive.map((flyer) => flyer.comment.text)).toEqual(['fine'])
    expect(left).toHaveLength(2)
    stage.add(comment('spoiler'))
    stage.add(comment('up', { mode: 'top' }))
    expect(stage.counts.hidden).toBe(2)
  })

  it('a member that is undefined changes nothing; no speed and no size let all leave', () => {
    const given = { layers: undefined, speed: undefined, modes: undefined, blocked: undefined }
    const { stage } = stageOf(given as Partial<Settings>)
    stage.add(comment('word'))
    stage.set({ ...given, speed: 0, fontSize: 0 } as Partial<Settings>)
    stage.set({ speed: 1, fontSize: NaN })
    stage.set({ fontSize: 24 })
    run(stage, 8500, () => stage.add(comment('x')))
    const figures = stage.alive.flatMap(({ x, y, width, speed }) => [x, y, width, speed])
    expect(figures.every(Number.isFinite)).toBe(true)
    expect(stage.alive.some(({ comment: { text } }) => text === 'word')).toBe(false)
    expect(stage.alive.length).toBeLessThan(500)
  })

  it('keeps the pace of the film', () => {
    const { stage } = stageOf({ rate: 2 })
    stage.add(comment('word'))
    run(stage, FRAME)
    const { x, speed } = stage.alive[0]!
    stage.advance(100)
    expect(stage.alive[0]!.x).toBeCloseTo(x - speed * 200)
  })

  it('merges the same words and shows how often they came', () => {
    const { stage } = stageOf({ merge: true })
    for (let n = 0; n < 10; n++) stage.add(comment('666'))
    run(stage, FRAME)
    stage.add(comment('666'))
    stage.add(comment('666', { mode: 'top' }))
    run(stage, FRAME)
    expect(stage.alive.map(({ mode, count }) => `${mode} ${count}`)).toEqual(['scroll 11', 'top 1'])
    expect(stage.counts).toEqual({ shown: 12, shed: 0, hidden: 0 })
  })

  it('what stands stays in place when the stage grows', () => {
    const { stage } = stageOf()
    for (const mode of ['top', 'bottom'] as const) stage.add(comment('hi', { mode }))
    run(stage, FRAME)
    stage.resize(2000, 600)
    const [top, bottom] = stage.alive
    expect(top!.x + top!.width / 2).toBe(1000)
    expect(bottom!.y + bottom!.height).toBeCloseTo(600)
  })
})

describe('one comment held', () => {
  it('is found where it is, stands while others fly, and goes on', () => {
    const { stage } = stageOf()
    stage.add(comment('one'))
    run(stage, 2000)
    const flyer = stage.alive[0]!
    expect(stage.at(flyer.x + 1, flyer.y + 1)).toBe(flyer)
    expect(stage.at(flyer.x - 1, flyer.y + 1)).toBeUndefined()
    stage.freeze(flyer)
    const { x } = flyer
    run(stage, 20_000)
    expect(flyer.x).toBe(x)
    stage.thaw(flyer)
    run(stage, 500)
    expect(flyer.x).toBeLessThan(x)
  })

  it('nothing new enters its row, and behind it nothing enters too early', () => {
    const { stage } = stageOf({}, { width: WIDTH, height: 33 })
    for (const text of ['first', 'second']) {
      stage.add(comment(text))
      run(stage, 2000)
    }
    const [first, second] = stage.alive
    stage.freeze(first!)
    run(stage, 3000)
    // The second one has passed it; now it is the first one that a new one may not touch.
    expect(second!.x).toBeLessThan(first!.x)
    stage.add(comment('third'))
    run(stage, FRAME)
    expect(stage.alive).toHaveLength(2)
    stage.thaw(first!)
    stage.add(comment('fourth'.repeat(20)))
    run(stage, 6000, () => {
      const others = stage.alive.filter((flyer) => flyer !== second)
      expect(others.some((a) => others.some((b) => a !== b && overlap(a, b)))).toBe(false)
    })
  })
})

it('clear empties the stage and the queue and gives every sprite back', () => {
  const { stage, left } = stageOf({ density: 2 })
  for (let n = 0; n < 5; n++) stage.add(comment('a'))
  run(stage, FRAME)
  stage.clear()
  expect(stage.alive).toHaveLength(0)
  expect(stage.waitingCount).toBe(0)
  expect(left).toHaveLength(2)
})
