// Chats over a FakeServer, with what tests say again and again.
import { afterEach, beforeEach, vi } from 'vitest'
import { createChat } from '../chat'
import type { Chat, Conversation } from '../types'
import { FakeServer, type FakeWire } from './fakeServer'

export interface Person {
  chat: Chat
  wire: FakeWire
}

const chats: Chat[] = []

/** Of the test that runs. */
export let server: FakeServer

/** Each test of the file has a server of its own, its own clock, and an empty browser. */
export function aServerForEach(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(2026, 4, 3, 12) })
    localStorage.clear()
    server = new FakeServer()
  })
  afterEach(() => {
    hide(false)
    stopAll()
    vi.useRealTimers()
  })
}

/** Everybody leaves. */
export function stopAll(): void {
  for (const chat of chats.splice(0)) chat.stop()
}

export function hide(hidden: boolean): void {
  const state = hidden ? 'hidden' : 'visible'
  if (document.visibilityState === state) return
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

export function enter(server: FakeServer, me: string, maxBytes = 65_536): Person {
  const wire = server.connect(me)
  const chat = createChat(wire, { me, maxBytes })
  chats.push(chat)
  return { chat, wire }
}

/** Lets everything happen that takes no time, and the next frames be drawn. */
export const settle = () => vi.advanceTimersByTimeAsync(50)

export async function inRoom(server: FakeServer, me: string, room = 'tea') {
  const person = enter(server, me)
  const talk = person.chat.open(room)
  await settle()
  return { ...person, talk }
}

/** The log as short words: "ann: hi", "[day]", "[gap]". */
export function shown(talk: Conversation, days = false): string[] {
  return talk.rows.value.flatMap((row) => {
    if (row.kind === 'message') {
      const { name, text, deleted, state } = row.message
      return `${name}: ${deleted ? '†' : text}${state === 'sent' ? '' : ` (${state})`}`
    }
    if (row.kind === 'start') return row.complete ? '[start]' : '[older is gone]'
    return row.kind === 'day' && !days ? [] : `[${row.kind}]`
  })
}

/** The texts of the log. */
export const texts = (talk: Conversation) =>
  talk.rows.value.flatMap((row) => (row.kind === 'message' ? row.message.text : []))

/** What `tell` says. */
export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`)

let count = 0
export const says = (text: string, more: object = {}) => ({
  type: 'message',
  id: `t${++count}`,
  text,
  ...more,
})

export function tell(count: number, user = 'bob', from = 1): void {
  for (let n = from; n < from + count; n++) server.publish('tea', says(`${n}`), user)
}

export const said = (channel: string, text: string, user = 'bob') =>
  server.publish(channel, says(text), user)
export const listed = ({ chat }: Person, channel: string) =>
  chat.conversations.value.find((one) => one.channel === channel)
export const sentTo = ({ wire }: Person, channel: string) =>
  wire.published.filter((one) => one.channel === channel).map(({ data }) => data)
