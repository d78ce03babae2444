// The small parts: block list, bitmap cache, meter, pointer.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BitmapCache, type Draw } from './bitmaps'
import type { Flyer } from './flyer'
import { Meter } from './meter'
import { Pointer } from './pointer'
import { blockList } from './words'

describe('block list', () => {
  const blocked = blockList({ words: ['Spoiler', ' 剧透 ', '/^6+$/', '/(/', ''], users: ['troll'] })
  const hides = (text: string, user = 'ann') => blocked({ id: '', text, user })

  it('hides words in any case, expressions and users, and nothing else', () => {
    expect(hides('a SPOILER!')).toBe(true)
    expect(hides('别剧透啊')).toBe(true)
    expect(hides('66666')).toBe(true)
    expect(hides('a 666')).toBe(false)
    expect(hides('/(/')).toBe(true)
    expect(hides('hello')).toBe(false)
    expect(hides('hello', 'troll')).toBe(true)
  })
})

describe('bitmap cache', () => {
  const closed: string[] = []
  const draw = vi.fn((name: string): ReturnType<Draw> => {
    const image = { width: 10, height: 10, close: () => closed.push(name) }
    return { image: image as unknown as ImageBitmap, width: 10, height: 10 }
  })
  beforeEach(() => {
    closed.length = 0
    draw.mockClear()
  })

  it('draws equal looks once, and again only after they had to go', () => {
    const cache = new BitmapCache(800)
    const take = (key: string) => cache.take(key, () => draw(key))
    const [a, same, b, c] = [take('a'), take('a'), take('b'), take('c')]
    expect(same).toBe(a)
    expect(draw).toHaveBeenCalledTimes(3)
    cache.give(a)
    cache.give(b)
    expect(closed).toEqual([])
    cache.give(same)
    cache.give(c)
    expect(closed).toEqual(['b'])
    expect(take('a')).toBe(a)
    expect(draw).toHaveBeenCalledTimes(3)
    expect(cache.size).toBe(2)
    cache.clear()
    expect(closed).toEqual(['b', 'c'])
  })
})

it('the meter averages frames and rests', () => {
  const meter = new Meter()
  for (let n = 0; n < 60; n++) meter.frame(10, 2)
  expect(meter.fps).toBeCloseTo(100)
  expect(meter.frameMs).toBeCloseTo(2)
  meter.rest()
  expect(meter.fps).toBe(0)
})

describe('pointer', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  function scene() {
    const host = document.createElement('div')
    const flyer = { comment: { id: '1', text: 'hi' }, x: 10, y: 0, width: 50, height: 20 } as Flyer
    const log: string[] = []
    const stage = {
      at: (x: number) => (x >= 10 && x < 60 ? flyer : undefined),
      freeze: () => log.push('freeze'),
      thaw: () => log.push('thaw'),
    }
    const pointer = new Pointer(host, stage, (frozen) => log.push(frozen?.comment.text ?? 'none'))
    const send = (type: string, x: number, pointerType = 'mouse') => {
      const event = new PointerEvent(type, { clientX: x, pointerType, bubbles: true })
      host.dispatchEvent(event)
    }
    return { host, pointer, send, said: () => log.splice(0) }
  }

  it('a mouse holds by hovering and lets go a moment after it left', () => {
    const { send, said } = scene()
    send('pointermove', 20)
    expect(said()).toEqual(['freeze', 'hi'])
    send('pointermove', 5)
    send('pointermove', 20)
    vi.advanceTimersByTime(1000)
    expect(said()).toEqual([])
    send('pointerleave', 0)
    vi.advanceTimersByTime(1000)
    expect(said()).toEqual(['thaw', 'none'])
  })

  it('stays while the pointer is on the comment’s menu', () => {
    const { send, pointer, said } = scene()
    send('pointermove', 20)
    send('pointerleave', 0)
    pointer.keep()
    vi.advanceTimersByTime(5000)
    expect(said()).toEqual(['freeze', 'hi'])
    pointer.thaw()
    expect(said()).toEqual(['thaw', 'none'])
  })

  it('a finger holds by a tap, which is then no tap on the picture, and lets go beside it', () => {
    const { host, send, said } = scene()
    const picture = document.createElement('div')
    picture.append(host)
    const tapped = vi.fn()
    picture.addEventListener('click', tapped)
    send('pointermove', 20, 'touch')
    expect(said()).toEqual([])
    send('click', 20, 'touch')
    expect(said()).toEqual(['freeze', 'hi'])
    expect(tapped).not.toHaveBeenCalled()
    // A finger leaves with every tap; that does not end it.
    send('pointerleave', 20, 'touch')
    vi.advanceTimersByTime(1000)
    expect(said()).toEqual([])
    send('click', 100, 'touch')
    expect(said()).toEqual(['thaw', 'none'])
    expect(tapped).not.toHaveBeenCalled()
    send('click', 100, 'touch')
    expect(tapped).toHaveBeenCalledOnce()
  })

  it('knows whom it holds, and hears nothing after its end', () => {
    const { pointer, send, said } = scene()
    expect(pointer.holds('1')).toBe(false)
    send('pointermove', 20)
    expect(pointer.holds('1')).toBe(true)
    pointer.destroy()
    expect(said()).toEqual(['freeze', 'hi', 'thaw', 'none'])
    send('pointermove', 20)
    expect(said()).toEqual([])
  })
})
