import { describe, expect, it } from 'vitest'
import { mentionTest } from './mentions'
import {
  dialogChannel,
  dialogPartner,
  inboxChannel,
  MAX_TEXT,
  quote,
  readInbox,
  readRoom,
  type Publication,
} from './schema'

const place: Publication = { data: null, user: 'ann', info: {}, offset: 7, epoch: 'e', id: 'e-7' }
const read = (data: unknown) => readRoom({ ...place, data })

describe('what a room holds', () => {
  it('is a message with all its parts', () => {
    const file = {
      url: '/files/a.png',
      name: 'a.png',
      type: 'image/png',
      size: 9,
      width: 4,
      height: 3,
    }
    const reply = { id: 'x', user: 'bob', text: 'before' }
    expect(read({ type: 'message', id: 'm', text: 'hi', reply, files: [file], more: 1 })).toEqual({
      kind: 'message',
      id: 'm',
      text: 'hi',
      name: '',
      comment: false,
      reply,
      files: [file],
    })
  })

  it('is a comment of the danmaku', () => {
    expect(read({ type: 'comment', id: 'c', text: 'fly', mode: 'top' })).toMatchObject({
      kind: 'message',
      id: 'c',
      text: 'fly',
      comment: true,
    })
    expect(read({ type: 'comment', text: '' })).toBeNull()
  })

  it.each([
    ['a string of a plain WebSocket', 'hello', 'hello'],
    ['an object with a text', { text: 'hello', other: 1 }, 'hello'],
    ['any other object', { temperature: 21 }, '{"temperature":21}'],
    ['a list', [1, 'a'], '[1,"a"]'],
    ['a number', 5, '5'],
    ['null', null, 'null'],
  ])('is %s, whose id is its place', (_what, data, text) => {
    expect(read(data)).toMatchObject({ kind: 'message', id: 'e-7', text })
  })

  it('is nothing when its type is not known', () => {
    expect(read({ type: 'typing' })).toBeNull()
    expect(read({ type: 7, text: 'x' })).toBeNull()
  })

  it.each([
    [
      { type: 'edit', id: 'm', text: 'new' },
      { kind: 'edit', id: 'm', text: 'new' },
    ],
    [{ type: 'edit', id: 'm' }, null],
    [
      { type: 'delete', id: 'm' },
      { kind: 'delete', id: 'm' },
    ],
    [{ type: 'delete', id: '' }, null],
    [
      { type: 'reaction', id: 'm', emoji: '👍' },
      { kind: 'reaction', id: 'm', emoji: '👍', on: true },
    ],
    [
      { type: 'reaction', id: 'm', emoji: '👍', on: false },
      { kind: 'reaction', id: 'm', emoji: '👍', on: false },
    ],
    [{ type: 'reaction', id: 'm', emoji: 'x'.repeat(33) }, null],
    [{ type: 'message', id: 'm', text: 5 }, null],
  ])('reads %j', (data, expected) => expect(read(data)).toEqual(expected))

  it('shows only files of this server, and knows no path out of them', () => {
    const urls = [
      '/files/ok',
      'https://evil/x',
      '//evil/files/',
      '/files/../admin',
      '/files/..?x',
      '/files/..#x',
      '/files/%2e%2e/y',
      '/files/.%2E/y',
      '/files/a/../../y',
      '/files/a\\b',
      '/x',
    ]
    const said = read({ type: 'message', id: 'm', text: '', files: urls.map((url) => ({ url })) })
    expect(said).toMatchObject({ files: [{ url: '/files/ok', name: 'ok', size: 0 }] })
    const thumb = read({ type: 'message', id: 'm', files: [{ url: '/files/a', thumb: 'data:x' }] })
    expect(thumb).not.toHaveProperty('files.0.thumb')
  })

  it('cuts what is too long', () => {
    expect(read('x'.repeat(MAX_TEXT + 5))).toHaveProperty('text.length', MAX_TEXT + 1)
    expect(quote({ id: 'm', user: 'ann', text: '🎉'.repeat(200) }).text).toBe('🎉'.repeat(140))
  })
})

describe('what an inbox holds', () => {
  const inbox = (data: object, user = 'bob', info: object | undefined = {}) =>
    readInbox({ ...place, data, user, info }, 'ann')

  it('is an invitation by the other one of the dialog, and by nobody else', () => {
    const invite = { type: 'invite', channel: 'dm#ann,bob' }
    expect(inbox(invite)).toEqual({ kind: 'invite', channel: 'dm#ann,bob' })
    expect(inbox(invite, 'eve')).toBeNull()
    expect(inbox(invite, 'ann')).toBeNull()
    expect(inbox(invite, '', undefined)).toBeNull()
    expect(inbox({ type: 'invite', channel: 'dm#bob,eve' })).toBeNull()
    expect(inbox({ type: 'invite', channel: 'dm#bob,ann' })).toBeNull()
    expect(inbox({ type: 'invite', channel: 'secret' })).toBeNull()
  })

  it('is a marker of one’s own', () => {
    const marker = { type: 'read', channel: 'tea', epoch: 'e', offset: 3 }
    expect(inbox(marker, 'ann')).toEqual({ kind: 'read', channel: 'tea', epoch: 'e', offset: 3 })
    expect(inbox(marker, 'bob')).toBeNull()
    expect(inbox({ ...marker, offset: -1 }, 'ann')).toBeNull()
  })
})

it('knows the channels of dialogs and inboxes', () => {
  expect(dialogChannel('bob', 'ann')).toBe('dm#ann,bob')
  expect(dialogChannel('张三', 'Zoe')).toBe('dm#Zoe,张三')
  expect(dialogChannel('a,b', 'c')).toBeNull()
  expect(dialogChannel('ann', 'ann')).toBeNull()
  expect(dialogPartner('dm#ann,bob', 'bob')).toBe('ann')
  expect(dialogPartner('dm#ann,bob', 'eve')).toBeNull()
  expect(dialogPartner('dm#ann,bob,eve', 'bob')).toBeNull()
  expect(dialogPartner('tea', 'bob')).toBeNull()
  expect(inboxChannel('ann')).toBe('inbox:#ann')
  expect(inboxChannel('a,b')).toBeNull()
})

describe('a mention', () => {
  it.each([
    ['ann', 'hi @ann!', true],
    ['ann', '@Ann', true],
    ['ann', '@anna', false],
    ['ann', 'mail me@ann', false],
    ['ann', '看@ann这里', true],
    ['ann', 'all of you', false],
    ['ann', '@all come', true],
    ['ann', '@allan', false],
    ['张三', '@张三你好', true],
    ['a.b', '@axb', false],
    ['a-b (c)', 'x @a-b (c)', true],
    ['', '@all', false],
  ])('of %j in %j: %s', (name, text, expected) => expect(mentionTest(name)(text)).toBe(expected))
})
