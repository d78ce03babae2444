// One user in one room: the line, what is unsent, what happened, who is here. The only place where
// frames meet state; components read its refs and call its verbs.
// Owner: useSession, which starts and stops it. A stopped session keeps its timeline and its unsent
// messages and goes on when started again.
import { computed, ref, shallowRef } from 'vue'
import { Outbox, type Outgoing } from '@/shared/api/outbox'
import { createRefs } from '@/shared/api/refs'
import {
  roomUrl,
  TOO_BIG,
  type Members,
  type Message,
  type Presence,
  type ServerFrame,
  type Welcome,
} from '@/shared/api/wire'
import { usePlainSocket } from '@/shared/composables/usePlainSocket'
import { pendingRow } from './groups'
import { createReunion } from './reunion'
import { createTimeline } from './timeline'
import { useTyping } from './useTyping'

/** Names kept by hand when the server sends no list; as many as it would list. */
const NAMES_KEPT = 200

export function createRoomSession(room: string, user: string, token = '') {
  const line = usePlainSocket(roomUrl(location.origin, room, user, token))
  const outbox = new Outbox((frame) => !reunion.pending && line.socket.send(frame), createRefs())
  const reunion = createReunion(() => outbox.lineUp())
  const pending = shallowRef<readonly Outgoing[]>([])
  const timeline = createTimeline(user)
  const typing = useTyping(() => line.socket.send({ type: 'typing' }))
  const people = shallowRef<string[]>([])
  const count = ref(0)
  /** Messages written here so far; the list jumps to its end when this grows. */
  const said = ref(0)
  const rows = computed(() => [
    ...timeline.rows.value,
    ...pending.value.map((entry) => pendingRow(entry, user)),
  ])

  let wasUp = false
  let lostAt: number | null = null

  outbox.on('change', (entries) => (pending.value = entries))
  line.socket.on('frame', receive)
  line.socket.on('lost', ({ code }) => lost(code))

  function receive(frame: ServerFrame) {
    switch (frame.type) {
      case 'welcome':
        return welcomed(frame)
      case 'joined':
      case 'left':
        return presence(frame)
      case 'who':
        return setPeople(frame)
      case 'message':
        return message(frame)
      case 'ack':
        return acknowledged(frame.ref, frame.time)
      case 'typing':
        return frame.from === user ? undefined : typing.heard(frame.from)
      case 'error':
        return frame.ref === undefined
          ? undefined
          : outbox.fail(frame.ref, 'refused', frame.message)
    }
  }

  function setPeople(frame: Members) {
    if (frame.users) people.value = frame.users
    count.value = frame.count
  }

  const refreshPeople = () => line.socket.send({ type: 'who' })

  function welcomed(frame: Welcome) {
    setPeople(frame)
    if (!frame.users) refreshPeople()
    wasUp = true
    if (lostAt !== null) timeline.addGap(lostAt, Date.now())
    lostAt = null
    reunion.back(frame.users)
  }

  function lost(code: number) {
    // Only the first loss counts; failed attempts while away add nothing.
    if (lostAt === null && wasUp) {
      lostAt = Date.now()
      reunion.lost(people.value)
    }
    if (code === TOO_BIG) outbox.failBiggest()
    outbox.lineDown()
    typing.clear()
  }

  function presence(frame: Presence) {
    const { type, user: name } = frame
    setPeople(frame)
    // Without a list the names known here are kept true by hand.
    if (!frame.users) people.value = people.value.filter((other) => other !== name)
    if (!frame.users && type === 'joined') people.value = [...people.value, name].slice(-NAMES_KEPT)
    if (type === 'left') typing.forget(name)
    const returned = reunion.returned(name)
    if (name !== user && !(type === 'joined' && returned)) timeline.addPresence(type, name)
  }

  function message(frame: Message) {
    if (frame.from === user && frame.ref) outbox.settle(frame.ref)
    typing.forget(frame.from)
    timeline.addMessage(frame)
  }

  function acknowledged(ref: string, time: number) {
    const entry = outbox.settle(ref)
    if (!entry) return
    timeline.addMessage({
      type: 'message',
      id: '',
      from: user,
      to: entry.to,
      time,
      data: entry.text,
      ref,
    })
  }

  /** False when too much is waiting already; the text stays with the caller. */
  function say(text: string, to?: string): boolean {
    const taken = outbox.add(text, to)
    if (taken) said.value++
    return taken
  }

  function stop() {
    line.stop()
    reunion.cancel()
    outbox.lineDown()
    typing.clear()
    if (lostAt === null && wasUp) lostAt = Date.now()
  }

  return {
    room,
    user,
    status: line.status,
    events: line.events,
    rows,
    arrived: timeline.arrived,
    said,
    people,
    count,
    typists: typing.typists,
    start: line.start,
    stop,
    drop: () => line.socket.drop(),
    retryNow: () => {
      line.socket.start()
      line.socket.wake()
    },
    touchTyping: typing.touch,
    refreshPeople,
    say,
    retry: (ref: string) => outbox.retry(ref),
    discard: (ref: string) => outbox.discard(ref),
  }
}

export type RoomSession = ReturnType<typeof createRoomSession>
