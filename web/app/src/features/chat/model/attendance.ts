// Who is in a conversation and who is writing there. Presence costs the server something, so it is
// asked for only where it is shown: in the open conversation, and in dialogs.
import { effectScope, shallowRef, watch, type EffectScope, type Ref } from 'vue'
import { liveChannel } from './schema'
import { createTyping } from './typing'
import type { Channel, Wire } from './wire'

export interface Attendance {
  people: Readonly<Ref<readonly string[]>>
  count: Readonly<Ref<number>>
  typists: Readonly<Ref<readonly string[]>>
  touchTyping(): void
  /** A message of that user came. */
  spoke(user: string): void
  /** One's own message is on its way. */
  sent(): void
  attend(open: boolean): void
  end(): void
}

interface Live {
  scope: EffectScope
  channel: Channel
}

export function createAttendance(
  wire: Wire,
  channel: string,
  me: string,
  always: boolean,
): Attendance {
  const people = shallowRef<readonly string[]>([])
  const count = shallowRef(0)
  // Without a line it is not told later, either: by then it is not true any more.
  const tell = () => {
    if (live?.channel.state.value !== 'subscribed') return
    live.channel.publish({ type: 'typing' }).catch(() => {})
  }
  const typing = createTyping(tell)
  let present: EffectScope | null = null
  let live: Live | null = null

  function watchPeople() {
    present = effectScope(true)
    present.run(() => {
      const presence = wire.presence(channel)
      watch([presence.users, presence.count], ([users, total]) => {
        people.value = users
        count.value = total
      })
    })
  }

  function listen() {
    const scope = effectScope(true)
    scope.run(() => {
      const line = wire.channel(liveChannel(channel), { joinLeave: false })
      line.onPublication(({ data, user }) => {
        const { type } = (data ?? {}) as { type?: unknown }
        if (type === 'typing' && user && user !== me) typing.heard(user)
      })
      live = { scope, channel: line }
    })
  }

  function leave() {
    present?.stop()
    present = null
    people.value = []
    count.value = 0
  }

  function hush() {
    live?.scope.stop()
    live = null
    typing.clear()
  }

  function attend(open: boolean) {
    if ((open || always) && !present) watchPeople()
    else if (!open && !always) leave()
    if (!open) hush()
    else if (!live) listen()
  }

  return {
    people,
    count,
    typists: typing.typists,
    touchTyping: typing.touch,
    spoke: typing.forget,
    sent: typing.sent,
    attend,
    end() {
      leave()
      hush()
    },
  }
}
