// The chat's model against a real server: what the page does, without the page.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import WebSocket from 'ws'
import { buildChatModel, shown } from '../support/chat_model.mjs'
import { eventually, start } from '../support/server.mjs'

let model
let server
const people = []

before(async () => (model = await buildChatModel()))
after(() => model?.remove())
afterEach(async () => {
  for (const person of people.splice(0)) person.leave()
  localStorage.clear() // what one has read of another server
  await server.stop()
})

function enter(user) {
  const person = model.enter(() => server.wsUrl, user)
  people.push(person)
  return person
}

async function inRoom(user, room = 'tea') {
  const person = enter(user)
  const talk = person.chat.open(room)
  await eventually(() => talk.state.value === 'ready', `${user} is in ${room}`)
  return { ...person, talk }
}

const said = (talk) => shown(talk).filter((words) => !words.startsWith('['))

/** The list as soon as it is this one; what it is otherwise. */
async function becomes(look, expected, what) {
  const text = JSON.stringify(expected)
  await eventually(() => JSON.stringify(look()) === text, what).catch(() => {})
  assert.deepEqual(look(), expected)
}

async function restart() {
  const { port } = server
  server.signal('SIGKILL')
  await server.ended
  server = await start({ listen: `127.0.0.1:${port}` })
}

test('two users talk, edit, react, and a plain client is one of them', async () => {
  server = await start()
  const ann = await inRoom('ann')
  const bob = await inRoom('bob')
  ann.talk.send({ text: 'helo' })
  bob.talk.send({ text: 'hi @ann' })
  await eventually(() => said(ann.talk).length === 2, 'both messages')
  assert.deepEqual(said(ann.talk).toSorted(), ['ann: helo', 'bob: hi @ann'])
  await becomes(() => shown(bob.talk), shown(ann.talk), 'the same for both')

  const find = (talk, text) => talk.search(text)[0]
  ann.talk.edit(find(ann.talk, 'helo').id, 'hello')
  bob.talk.react(find(bob.talk, 'helo').id, '👍')
  const done = () => {
    const message = find(bob.talk, 'hello')
    return message?.edited && message.reactions[0]?.mine
  }
  await eventually(done, 'the edit and the reaction')
  assert.equal(find(ann.talk, 'hi').mentionsMe, true)

  const plain = new WebSocket(`${server.wsUrl}/room/tea?username=carl`)
  plain.once('open', () => plain.send('from a bare WebSocket'))
  await eventually(() => said(ann.talk).at(-1) === 'carl: from a bare WebSocket', 'the plain words')
  await becomes(() => ann.talk.people.value, ['ann', 'bob', 'carl'], 'all three are here')
  plain.close()
  await becomes(() => bob.talk.people.value, ['ann', 'bob'], 'the plain client left')
})

test('the server is killed while somebody sends: everything once, in order', async () => {
  server = await start()
  const ann = await inRoom('ann')
  const bob = await inRoom('bob')
  const expected = Array.from({ length: 90 }, (_, n) => `ann: ${n}`)
  const send = (from, to) => {
    for (let n = from; n < to; n++) assert.equal(ann.talk.send({ text: `${n}` }), null)
  }
  send(0, 30)
  await eventually(() => said(bob.talk).length > 5, 'some arrived')
  send(30, 60)
  await restart()
  send(60, 90)
  await becomes(() => said(bob.talk), expected, 'all of it at Bob')
  await becomes(() => said(ann.talk), expected, 'all of it at Ann')
  assert.equal(shown(bob.talk).filter((row) => row === '[gap]').length, 1)
  assert.equal(ann.talk.waiting.value, 0)
})

test('a line that drops hides nothing', async () => {
  server = await start()
  const ann = await inRoom('ann')
  const bob = await inRoom('bob')
  bob.line.drop()
  for (let n = 0; n < 20; n++) ann.talk.send({ text: `${n}` })
  bob.talk.send({ text: 'from the cold' })
  await eventually(() => said(ann.talk).length === 21, 'all of it at Ann')
  await becomes(() => shown(bob.talk), shown(ann.talk), 'the same for both')
  assert.ok(!shown(bob.talk).includes('[gap]'))
})

test('a long history comes page by page, without holes', async () => {
  server = await start()
  const ann = await inRoom('ann')
  for (let n = 0; n < 180; n++) ann.talk.send({ text: `${n}` })
  await eventually(() => said(ann.talk).at(-1) === 'ann: 179', 'all sent')
  const bob = await inRoom('bob')
  while (bob.talk.hasOlder.value) await bob.talk.loadOlder()
  await becomes(() => shown(bob.talk), shown(ann.talk), 'the same for both')
  assert.equal(shown(bob.talk)[0], '[start]')
})

test('a dialog finds the other one, and what was read is read everywhere', async () => {
  server = await start()
  const bob = enter('bob')
  const phone = enter('bob')
  const ann = await inRoom('ann', 'dm#ann,bob')
  ann.talk.send({ text: 'hi' })
  const listed = ({ chat }) => chat.conversations.value.find(({ title }) => title === 'ann')
  await eventually(() => listed(bob)?.unread === 1 && listed(phone)?.unread === 1, 'one unread')
  const talk = bob.chat.open('dm#ann,bob')
  assert.deepEqual(shown(talk), ['[start]', '[unread]', 'ann: hi'])
  talk.markRead()
  await eventually(() => listed(phone).unread === 0, 'read on the phone, too')
  ann.talk.touchTyping()
  await becomes(() => talk.typists.value, ['ann'], 'she is writing')
})
