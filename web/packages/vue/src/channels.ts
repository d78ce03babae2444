// The channels in use, each with its users counted. Owner: the Parley.
// A change waits for the end of the turn: what one component leaves and the next one takes stays
// subscribed, and a channel that is used twice in one turn is subscribed with the needs of both.
import type { Centrifuge } from 'centrifuge'
import { Channel, type ChannelNeeds } from './channel'

interface Usage {
  channel: Channel
  users: number
  needs: ChannelNeeds
}

export class ChannelMap {
  private readonly all = new Map<string, Usage>()

  constructor(
    private readonly client: Centrifuge,
    private readonly getToken: ((channel: string) => Promise<string>) | undefined,
    /** Called when the first channel is wanted. */
    private readonly wanted: () => void,
  ) {}

  acquire(name: string, needs: ChannelNeeds): Channel {
    const usage = this.all.get(name) ?? this.add(name)
    usage.users += 1
    usage.needs = {
      joinLeave: usage.needs.joinLeave || needs.joinLeave,
      getToken: usage.needs.getToken ?? needs.getToken,
    }
    queueMicrotask(() => this.settle(name))
    return usage.channel
  }

  release(channel: Channel): void {
    const usage = this.all.get(channel.name)
    if (usage?.channel !== channel) return
    usage.users -= 1
    queueMicrotask(() => this.settle(channel.name))
  }

  private add(name: string): Usage {
    // Names with a dollar sign need a token of their own; others may have one.
    const getToken = name.startsWith('$') ? this.getToken : undefined
    const usage = { channel: new Channel(name, this.client), users: 0, needs: { getToken } }
    this.all.set(name, usage)
    return usage
  }

  private settle(name: string): void {
    const usage = this.all.get(name)
    if (!usage) return
    if (usage.users > 0) {
      usage.channel.open(usage.needs)
      this.wanted()
    } else {
      usage.channel.close()
      this.all.delete(name)
    }
  }
}
