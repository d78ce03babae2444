// One conversation, joined: the channel's events meet its timeline, the outbox and the reader. It goes
// on whether it is looked at or not; looked at, it shows rows, who is there and who is writing.
// Owner: the chat, which begins and ends it.
import { effectScope, ref, shallowRef, watch, type EffectScope, type Ref } from 'vue'
import { perFrame, type PerFrame } from '@/shared/lib/perFrame'
import { createAttendance, type Attendance } from './attendance'
import { createDraft, type KeptDraft } from './draft'
import type { Entry } from './entry'
import { History } from './history'
import { subscribeProblem } from './problems'
import { Reading } from './reading'
import { Returning } from './returning'
import { dialogPartner, type Publication } from './schema'
import { search } from './search'
import { Sending } from './sending'
import type { Place } from './span'
import type { Surroundings } from './surroundings'
import { Timeline } from './timeline'
import type {
  ChatMessage,
  Conversation,
  ConversationKind,
  ConversationSummary,
  Draft,
  Outgoing,
  Problem,
  Row,
} from './types'
import { Unseen } from './unseen'
import type { Channel } from './wire'

/** Messages kept while nobody looks, and while somebody does. */
export const KEPT_AWAY = 300
export const KEPT_OPEN = 20_000
/** Old ones go in lots of this share. */
const LOT = 1.2

export class Talk implements Conversation {
  readonly kind: ConversationKind
  readonly title: string
  readonly me: string
  readonly state = ref<'loading' | 'ready' | 'refused'>('loading')
  readonly problem = shallowRef<Problem | null>(null)
  readonly rows = shallowRef<readonly Row[]>([])
  readonly prepended = ref(0)
  readonly loadingOlder = ref(false)
  readonly hasOlder = ref(false)
  readonly unread = ref(0)
  readonly waiting = ref(0)
  readonly failed = ref(0)
  readonly draft: Ref<Draft>
  readonly people: Readonly<Ref<readonly string[]>>
  readonly peopleCount: Readonly<Ref<number>>
  readonly typists: Readonly<Ref<readonly string[]>>
  mentions = 0
  last: ConversationSummary['last'] = null
  /** Dialogs: the other one was told, and has been here since. */
  invited = false

  private readonly scope: EffectScope = effectScope(true)
  private readonly timeline: Timeline
  private readonly reading: Reading
  private readonly attendance: Attendance
  private readonly sending: Sending
  private readonly history: History
  private readonly returning: Returning
  private readonly wire: Channel
  private readonly kept: KeptDraft
  private readonly drawing: PerFrame
  private readonly unseen: Unseen
  private isOpen = false
  /** Nobody has looked since: the next unread message gets the divider. */
  private unattended = true
  private recount = false
  /** Direct messages from before the channel began. */
  private early: Publication[] = []

  constructor(
    readonly channel: string,
    marker: Place | null,
    private readonly around: Surroundings,
  ) {
    const { eyes, storage, wire, newId, maxBytes } = around
    const partner = dialogPartner(channel, eyes.me)
    this.me = eyes.me
    this.kind = partner === null ? 'room' : 'dialog'
    this.title = partner ?? channel
    this.timeline = new Timeline(eyes)
    this.reading = new Reading(this.timeline, marker)
    this.drawing = perFrame(() => this.draw())
    this.unseen = new Unseen({
      isSeen: () => this.isOpen && around.isVisible(),
      tell: (messages) => around.unseen(this, messages),
    })
    this.kept = this.scope.run(() => createDraft(storage, channel, around.changed))!
    this.draft = this.kept.draft
    this.attendance = createAttendance(wire, channel, eyes.me, this.kind === 'dialog')
    this.people = this.attendance.people
    this.peopleCount = this.attendance.count
    this.typists = this.attendance.typists
    this.wire = this.scope.run(() => wire.channel(channel))!
    const { timeline, publish } = this
    const changed = this.drawing.soon
    const hooks = { channel, eyes, timeline, storage, newId, maxBytes, publish, changed }
    this.sending = new Sending(hooks)
    this.history = new History(timeline, this.wire, {
      before: () => this.drawing.now(),
      after: (page) => this.prependedPage(page),
    })
    this.returning = new Returning(this.wire, timeline, this.history, {
      began: () => this.early.splice(0).forEach((one) => this.publication(one)),
      ready: () => this.ready(),
      down: () => this.down(),
      ended: () => this.ended(),
    })
    this.scope.run(() => this.listen())
  }

  // What the chat does with it.

  attend(open: boolean): void {
    this.isOpen = open
    this.attendance.attend(open)
    if (open && this.wire.state.value === 'ended') this.wire.retry()
    if (open) this.divide()
    else this.unattended = true
    this.drawing.now()
  }

  /** The page was hidden: what comes now is new to whoever comes back. */
  away(): void {
    this.unattended = true
  }

  keepDraft = (): void => this.kept.keep()

  /** False when that is older than what is known here. */
  readElsewhere(place: Place): boolean {
    const moved = this.reading.follow(place)
    if (moved) this.drawing.soon()
    return moved
  }

  /** A direct message; it has no place in the channel. */
  hear(publication: Publication): void {
    if (this.returning.begun) this.publication(publication)
    else this.early.push(publication)
  }

  stop(): void {
    this.returning.stop()
    this.sending.lineDown()
    this.attendance.end()
    this.scope.stop()
    this.drawing.cancel()
  }

  // What the components do with it.

  message = (id: string): ChatMessage | undefined =>
    this.timeline.find(id)?.message ?? this.sending.find(id)

  loadOlder = async (): Promise<void> => {
    if (this.state.value !== 'ready' || !this.timeline.open) return
    this.loadingOlder.value = true
    await this.history.ask()
    this.loadingOlder.value = this.history.loading
    this.drawing.soon()
  }

  send = (outgoing: Outgoing): Problem | null => {
    const refused = this.sending.send(outgoing)
    if (!refused) this.attendance.sent()
    return refused
  }

  edit = (id: string, text: string) => this.sending.edit(id, text)
  remove = (id: string) => this.sending.remove(id)
  react = (id: string, emoji: string) => this.sending.react(id, emoji)
  retry = (id: string) => this.sending.retry(id)
  retryAll = () => this.sending.retryAll()
  discard = (id: string) => this.sending.discard(id)
  discardAll = () => this.sending.discardAll()
  touchTyping = () => this.attendance.touchTyping()
  search = (words: string) => search(this.timeline.newestFirst(), words)

  markRead = (): void => {
    if (this.state.value !== 'ready') return
    const place = this.reading.all()
    // At once: whoever reads along is not to see a badge come and go.
    this.unread.value = this.mentions = 0
    this.around.changed()
    if (place) this.around.read(this, place)
  }

  // The line.

  private listen(): void {
    this.wire.onPublication((publication) => {
      // What comes before the beginning is part of the history.
      if (this.returning.begun) this.publication(publication)
    })
    watch(this.wire.state, (state) => this.returning.changed(state), { flush: 'sync' })
    watch(this.people, (people) => {
      if (!people.includes(this.title)) this.invited = false
      this.around.changed()
    })
  }

  private down(): void {
    this.sending.lineDown()
    if (this.state.value === 'refused') this.state.value = 'loading'
  }

  private ended(): void {
    const { value: error } = this.wire.error
    this.problem.value = error && subscribeProblem(error, this.channel)
    this.state.value = 'refused'
    this.around.changed()
  }

  private ready(): void {
    const first = this.state.value !== 'ready'
    this.problem.value = null
    this.state.value = 'ready'
    const guess = first && this.kind === 'room' ? this.reading.guess() : null
    if (guess) this.around.guessed(this, guess)
    this.reading.recount()
    if (this.isOpen && first) this.divide()
    this.drawing.now()
    this.sending.lineUp()
  }

  private publication(publication: Publication): void {
    this.around.heard(publication.time)
    const entry = this.timeline.add(publication)
    this.sending.heard(publication)
    this.recount ||= !entry
    if (entry) this.arrived(entry)
    this.drawing.soon()
  }

  private arrived(entry: Entry): void {
    this.attendance.spoke(entry.message.user)
    this.reading.arrived(entry)
    if (this.unattended && this.reading.unread === 1) this.divideHere(entry.order)
    this.unseen.arrived(entry)
  }

  private prependedPage(page: readonly Publication[]): void {
    page.forEach((publication) => this.sending.heard(publication))
    if (this.rows.value.length > 0) this.prepended.value++
    this.recount = true
    this.drawing.now()
  }

  private publish = (data: unknown): Promise<unknown> => {
    if (this.kind === 'dialog' && isMessage(data)) this.around.writes(this)
    return this.wire.publish(data)
  }

  // What is shown.

  private divide(): void {
    this.unattended = false
    this.timeline.divide(this.reading.unread > 0 ? this.reading.behind : null)
  }

  private divideHere(order: number): void {
    if (!this.isOpen || this.around.isVisible()) return
    this.unattended = false
    this.timeline.divide(order - 1)
  }

  private draw(): void {
    const { timeline, reading, sending } = this
    const keep = this.isOpen ? KEPT_OPEN : KEPT_AWAY
    if (timeline.size > keep * LOT) timeline.trim(keep)
    if (this.recount) reading.recount()
    this.recount = false
    this.rows.value = this.isOpen ? timeline.list.shown(sending.rows()) : []
    this.unread.value = reading.unread
    this.mentions = reading.mentions
    this.waiting.value = sending.waiting
    this.failed.value = sending.failed
    this.hasOlder.value = timeline.open !== null
    this.last = this.lastWords()
    this.around.changed()
    this.unseen.tell()
  }

  private lastWords(): ConversationSummary['last'] {
    const message = this.sending.rows().at(-1)?.message ?? this.timeline.newest()
    if (!message) return null
    const { name, text, files, time } = message
    return { name, text: text || files.map((file) => file.name).join(', '), time }
  }
}

const isMessage = (data: unknown) => (data as { type?: unknown } | null)?.type === 'message'
