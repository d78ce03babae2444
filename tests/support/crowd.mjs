// Well-behaved clients in one room that talk all the time, so that a test can ask whether they noticed something.
// Each numbers its messages and sends the next one when the last has come back; each checks that every other's
// numbers arrive without a gap and in order.
import { once } from 'node:events'

import WebSocket from 'ws'

import { eventually } from './server.mjs'

const PAUSE_MS = 2

export class Crowd {
  /** The first thing that went wrong: a gap, a stranger's message, a lost connection. */
  fault = null
  /** Bytes of each message; may be changed at any time. */
  messageBytes = 64
  /** Longest time from sending to hearing oneself, in ms, since it was last set to 0. */
  slowest = 0
  #members = []
  #talking = true

  static async join(url, size) {
    const crowd = new Crowd()
    for (let id = 0; id < size; id++) {
      const socket = new WebSocket(`${url}?username=healthy${id}`)
      await once(socket, 'open')
      crowd.#members.push({ id, socket, sent: 0, sentAt: 0, heard: new Array(size).fill(0) })
    }
    for (const member of crowd.#members) {
      member.socket.on('message', (data) => crowd.#hear(member, data.toString()))
      member.socket.on(
        'close',
        (code) => crowd.#talking && crowd.#blame(`healthy${member.id} was closed: ${code}`),
      )
      member.socket.on('error', (error) => crowd.#blame(`healthy${member.id}: ${error.message}`))
      crowd.#speak(member)
    }
    return crowd
  }

  get size() {
    return this.#members.length
  }

  /** Messages sent so far, by all. */
  get sent() {
    return this.#members.reduce((sum, member) => sum + member.sent, 0)
  }

  /** Stops talking and leaves, once everyone has heard everything. */
  async leave() {
    this.#talking = false
    await eventually(
      () =>
        this.fault ??
        this.#members.every((one) =>
          this.#members.every((other) => one.heard[other.id] === other.sent),
        ),
      'everyone has heard every message',
    )
    for (const { socket } of this.#members) {
      socket.close()
      await once(socket, 'close')
    }
  }

  #speak(member) {
    if (!this.#talking || this.fault) return
    member.sent++
    member.sentAt = performance.now()
    member.socket.send(`${member.id} ${member.sent} `.padEnd(this.messageBytes, '.'))
  }

  #hear(member, text) {
    const [id, number] = text.split(' ', 2).map(Number)
    if (number !== member.heard[id] + 1) {
      this.#blame(`healthy${member.id} heard ${text.slice(0, 40)} after number ${member.heard[id]}`)
      return
    }
    member.heard[id] = number
    if (id !== member.id) return
    this.slowest = Math.max(this.slowest, performance.now() - member.sentAt)
    setTimeout(() => this.#speak(member), PAUSE_MS)
  }

  #blame(what) {
    this.fault ??= what
  }
}
