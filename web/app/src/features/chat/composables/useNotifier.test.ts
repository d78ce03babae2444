import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { testI18n } from '@/testing/i18n'
import { fakeChat, fakeMessage, fakeSummary, type FakeChat } from '../testing/fakeChat'
import { PAUSE_MS } from './chime'
import { useNotifier } from './useNotifier'
import { useSettings } from './useSettings'

let shown: FakeNotification[]
let audios = 0
let tones: number
let chat: FakeChat
let router: Router
let leave: () => void

class FakeNotification extends EventTarget {
  static permission = 'granted'
  close = vi.fn()
  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    super()
    shown.push(this)
  }
}

class FakeAudio {
  currentTime = 0
  destination = {}
  constructor() {
    audios++
  }
  resume = async () => {}
  createGain = () => this.node()
  createOscillator = () => ({ ...this.node(), stop() {}, start: () => tones++ })
  private node() {
    const param = { setValueAtTime() {}, exponentialRampToValueAtTime() {} }
    return { gain: param, frequency: param, connect: (to: unknown) => to }
  }
}

// One clock for all: the sound remembers when it was heard last.
beforeAll(() => void vi.useFakeTimers())
afterAll(() => void vi.useRealTimers())

beforeEach(async () => {
  vi.stubGlobal('Notification', FakeNotification)
  vi.stubGlobal('AudioContext', FakeAudio)
  shown = []
  tones = 0
  useSettings().value = { ...useSettings().value, notify: true, sound: true }
  document.title = '#team · Parley'
  chat = fakeChat('zhangsan', [fakeSummary({ unread: 2 })])
  const page = { render: () => null }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/:rest(.*)*', component: page },
      { path: '/chat/:channel', name: 'chat', component: page },
    ],
  })
  const plugins = [router, await testI18n()]
  const holder = mount(
    { setup: () => useNotifier(chat), render: () => null },
    { global: { plugins } },
  )
  leave = () => holder.unmount()
})

afterEach(() => {
  leave()
  vi.advanceTimersByTime(PAUSE_MS)
  vi.unstubAllGlobals()
})

const say = (...texts: string[]) => texts.map((text) => fakeMessage({ text }))

it('shows one notification for all that came at once, in place of the one before', () => {
  chat.hear(fakeSummary(), say('one'))
  chat.hear(fakeSummary(), say('two', 'three', 'four'))
  expect(shown.map(({ title, options }) => [title, options])).toEqual([
    ['lisi · #team', { body: 'one', tag: 'team' }],
    ['lisi · #team', { body: '3 new messages\nfour', tag: 'team' }],
  ])
})

it('leads to the conversation', async () => {
  const focus = vi.spyOn(window, 'focus').mockImplementation(() => {})
  chat.hear(fakeSummary({ channel: 'dm#lisi,zhangsan', kind: 'dialog' }), say('hi'))
  shown[0]!.dispatchEvent(new Event('click'))
  expect(focus).toHaveBeenCalled()
  await vi.waitFor(() => expect(router.currentRoute.value.params.channel).toBe('dm#lisi,zhangsan'))
  expect(shown[0]!.close).toHaveBeenCalled()
})

it('tells only of mentions where nothing else is wanted', () => {
  const mention = fakeMessage({ text: '@zhangsan', mentionsMe: true })
  chat.hear(fakeSummary({ notify: 'mentions' }), [...say('psst'), mention, ...say('psst')])
  chat.hear(fakeSummary({ notify: 'mentions' }), say('psst'))
  expect(shown.map(({ options }) => options.body)).toEqual(['@zhangsan'])
})

it('is silent about muted rooms, and without leave', () => {
  chat.hear(fakeSummary({ notify: 'none' }), [fakeMessage({ mentionsMe: true })])
  useSettings().value = { ...useSettings().value, notify: false, sound: false }
  chat.hear(fakeSummary(), say('psst'))
  expect(shown).toEqual([])
  expect(tones).toBe(0)
})

it('sounds once in two seconds, with one device for the page', async () => {
  for (let n = 0; n < 200; n++) chat.hear(fakeSummary(), say('x'))
  await vi.advanceTimersByTimeAsync(PAUSE_MS - 1)
  chat.hear(fakeSummary(), say('x'))
  await vi.advanceTimersByTimeAsync(1)
  expect(tones).toBe(1)
  chat.hear(fakeSummary(), say('x'))
  await vi.advanceTimersByTimeAsync(0)
  expect([tones, audios]).toEqual([2, 1])
})

it('goes on where the browser has neither notification nor sound for us', async () => {
  const refuse = class {
    static permission = 'granted'
    constructor() {
      throw new TypeError('Illegal constructor')
    }
  }
  vi.stubGlobal('Notification', refuse)
  expect(() => chat.hear(fakeSummary(), say('x'))).not.toThrow()
})

it('counts before whatever title the page has', async () => {
  const titled = (title: string) => vi.waitFor(() => expect(document.title).toBe(title))
  await titled('(2) #team · Parley')
  chat.conversations.value = [fakeSummary({ unread: 3 })]
  await titled('(3) #team · Parley')
  document.title = 'Danmaku · Parley'
  await titled('(3) Danmaku · Parley')
  chat.conversations.value = [fakeSummary({ unread: 7, notify: 'mentions', mentions: 1 })]
  await titled('(1) Danmaku · Parley')
  chat.conversations.value = [fakeSummary({ unread: 7, notify: 'none' })]
  await titled('Danmaku · Parley')
  document.title = '(5) things · Parley'
  chat.conversations.value = [fakeSummary({ unread: 2 })]
  await titled('(2) (5) things · Parley')
  leave()
  expect(document.title).toBe('(5) things · Parley')
})
