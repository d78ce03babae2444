import { describe, expect, it } from 'vitest'
import { readComments, writeJson, writeXml } from './files'
import { fontSizeFor, readChoices, readLook, toSettings, defaultChoices } from './settings'
import { clockText } from './timeText'

describe('files', () => {
  it('reads bilibili’s XML: modes, sizes, colours; what does not fly is left out', () => {
    const xml = `<?xml version="1.0"?><i>
      <d p="1.5,1,25,16777215,1,0,a,1">scrolls</d>
      <d p="2,4,18,255,1,0,a,2">below</d>
      <d p="3,5,36,16711680,1,0,a,3"> on top </d>
      <d p="4,7,25,0">[0,0,"positioned"]</d>
      <d p="x,1,25,0">no time</d>
      <d p="5,1,25,0"></d>
    </i>`
    expect(readComments(xml)).toMatchObject([
      { text: 'scrolls', at: 1500, mode: 'scroll', size: 'medium', color: '#ffffff' },
      { text: 'below', at: 2000, mode: 'bottom', size: 'small', color: '#0000ff' },
      { text: 'on top', at: 3000, mode: 'top', size: 'large', color: '#ff0000' },
    ])
  })

  it('what is written is read again', () => {
    const comments = readComments(
      '[{"id":"a","text":"hi","mode":"top","at":7},{"text":"no moment"},3]',
    )
    expect(comments).toHaveLength(1)
    expect(JSON.parse(writeJson(comments))).toEqual([
      { type: 'comment', id: 'a', text: 'hi', mode: 'top', at: 7 },
    ])
  })

  it('XML is read again as the same, whatever the texts and moments are', () => {
    const texts = [
      'a < b && c > "d"',
      ']]><d p="1">',
      '&amp;',
      '表情 🎉',
      "it's",
      'a\u0007b\ud800c',
    ]
    const modes = ['scroll', 'top', 'bottom']
    const list = texts.map((text, n) => ({
      text,
      at: 1001 * n + 1,
      mode: modes[n % 3],
      size: ['small', 'medium', 'large'][n % 3],
      color: ['#ffffff', '#00000a', '#fe0302'][n % 3],
    }))
    const comments = readComments(JSON.stringify(list))
    const again = readComments(writeXml(comments))
    const plain = (all: typeof comments) =>
      all.map(({ text, at, mode, size, color }) => ({ text, at, mode, size, color }))
    const kept = plain(comments).map((one) => ({
      ...one,
      text: one.text.replace(/[\u0007\ud800]/g, ''),
    }))
    expect(plain(again)).toEqual(kept)
  })

  it('comments without a name are the same in the same file, others in another one', () => {
    const ids = (text: string) =>
      readComments(`[{"text":"${text}","at":7},{"text":"b","at":8}]`).map(({ id }) => id)
    expect(ids('a')).toEqual(ids('a'))
    expect(ids('a')[0]).not.toBe(ids('c')[0])
    expect(new Set(ids('b')).size).toBe(2)
  })

  it.each(['', '{', '{"text":"no list"}', '<i><d p='])('%j is no file of comments', (text) => {
    expect(() => readComments(text)).toThrow()
  })
})

describe('choices', () => {
  it('rubbish in storage gives the defaults, member by member', () => {
    expect(readChoices(null)).toEqual(defaultChoices())
    const given = {
      on: false,
      area: 0.3,
      opacity: 7,
      speed: 150,
      density: 'x',
      modes: { top: false },
      words: ['a', 1],
    }
    expect(readChoices(given)).toEqual({
      ...defaultChoices(),
      on: false,
      speed: 150,
      modes: { scroll: true, top: false, bottom: true },
      words: ['a'],
    })
    expect(readLook({ mode: 'up', color: 'red', size: 'large' })).toEqual({
      mode: 'scroll',
      color: '#ffffff',
      size: 'large',
    })
  })

  it('mean something to the renderer', () => {
    const settings = toSettings({
      ...defaultChoices(),
      density: 'overlap',
      speed: 150,
      words: ['No'],
    })
    expect(settings).toMatchObject({ layers: 3, density: Infinity, speed: 1.5, area: 0.75 })
    expect(settings.blocked?.({ id: '', text: 'oh no!' })).toBe(true)
    expect(fontSizeFor(220, 100)).toBe(15)
    expect(fontSizeFor(550, 100)).toBe(25)
    expect(fontSizeFor(2000, 50)).toBe(16)
  })
})

it('tells media time as players do', () => {
  expect([0, 61_999, 3_600_000].map(clockText)).toEqual(['0:00', '1:01', '60:00'])
})
