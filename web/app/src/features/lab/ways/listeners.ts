// The four ways to hear a room. Each counts its cost on its meter and hands on what it hears; the
// function that it returns ends it. Long polling and the event stream are the plain dialect's own
// addresses with one word more.
import { usePlainSocket } from '@parley/vue'
import { watch } from 'vue'
import { fetchRoom, followEvents } from '@/shared/api/roomFeeds'
import type { Message } from '@/shared/api/wire'
import { frameBytes } from '../lib/frame'
import { utf8 } from '../lib/bytes'
import { privateName, type Lab } from '../useLab'
import {
  ANSWER_HEADER_BYTES,
  EVENT_FRAMING_BYTES,
  requestBytes,
  UPGRADE_ANSWER_BYTES,
  upgradeRequestBytes,
} from '../lib/wireCost'
import type { Meter, WayName } from './meter'
import type { SlowLine } from './slowLine'
import { watchTransfers } from './transferSizes'

export interface Listening {
  meter: Meter
  lab: Lab
  room: string
  line: SlowLine
  pollMs: () => number
  hear: (message: Message) => void
}

type Listen = (listening: Listening) => () => void

/** How long the server may hold an answer back. */
const HOLD_MS = 20_000
/** More than comes between two questions at the highest rate. */
const PAGE = '1000'

const polling: Listen = (listening) => poll(listening, {}, listening.pollMs)
const longPolling: Listen = (listening) => poll(listening, { wait: String(HOLD_MS) }, () => 0)

function poll(
  { meter, lab, room, line, hear }: Listening,
  query: Record<string, string>,
  pauseMs: () => number,
): () => void {
  const ended = new AbortController()
  const { pathname } = new URL(lab.address(room, 'messages'), location.href)
  const stopCounting = watchTransfers(
    (url) => url.pathname === pathname && url.searchParams.has('wait') === 'wait' in query,
    (bytes) => (meter.receivedBytes += bytes),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  let place: Record<string, string> = {}

  async function ask() {
    const url = lab.address(room, 'messages', { ...query, ...place, limit: PAGE })
    meter.requests++
    meter.sentBytes += requestBytes(url, lab.headers)
    await line.pass()
    const page = await fetchRoom(url, lab.headers, ended.signal)
    await line.pass()
    place = { since: page.position }
    if (page.messages.length === 0) meter.empty++
    meter.mark(page.messages.length ? 'full' : 'empty')
    page.messages.forEach(hear)
  }

  function again() {
    ask()
      .then(() => (timer = setTimeout(again, pauseMs())))
      .catch(() => (meter.failed = !ended.signal.aborted))
  }

  again()
  return () => {
    clearTimeout(timer)
    ended.abort()
    stopCounting()
  }
}

const sse: Listen = ({ meter, lab, room, line, hear }) => {
  const url = lab.address(room, 'events', lab.tokenQuery)
  meter.requests++
  meter.sentBytes += requestBytes(url, { Accept: 'text/event-stream' })
  meter.receivedBytes += ANSWER_HEADER_BYTES
  return followEvents(url, async (message, bytes) => {
    meter.receivedBytes += bytes + EVENT_FRAMING_BYTES
    await line.pass()
    meter.mark('push')
    hear(message)
  })
}

const websocket: Listen = ({ meter, lab, room, line, hear }) => {
  const url = lab.socketUrl(room, privateName(), { format: 'json' })
  const { protocols } = lab
  const socket = usePlainSocket<Message>(url, { protocols, format: 'json' })
  socket.onFrame(({ direction, data }) => {
    const bytes = frameBytes(utf8(String(data)).length, direction === 'out')
    if (direction === 'out') meter.sentBytes += bytes
    else meter.receivedBytes += bytes
  })
  socket.onMessage(async (message) => {
    if (message.type !== 'message') return
    await line.pass()
    meter.mark('push')
    hear(message)
  })
  // A line that was lost pays for another handshake.
  const stopWatching = watch(
    () => socket.status.value.state,
    (state) => {
      if (state !== 'connecting') return
      meter.requests++
      meter.sentBytes += upgradeRequestBytes(url, protocols)
      meter.receivedBytes += UPGRADE_ANSWER_BYTES
    },
    { flush: 'sync' },
  )
  socket.start()
  return () => {
    stopWatching()
    socket.stop()
  }
}

export const listeners: Record<WayName, Listen> = { polling, longPolling, sse, websocket }
