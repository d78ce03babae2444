// A bot that sits in the room `tea` and answers "!who" with the names of those who are there.
import { Centrifuge } from 'centrifuge'
import WebSocket from 'ws'

const server = process.env.PARLEY_WS ?? 'ws://127.0.0.1:8000'
const client = new Centrifuge(`${server}/connection/websocket?username=bot`, {
  websocket: WebSocket, // from Node 22 on there is one without `ws`
})
const room = client.newSubscription('tea')

room.on('subscribed', () => console.log('listening'))
room.on('publication', async ({ data }) => {
  if (data !== '!who') return
  const { clients } = await room.presence()
  const names = new Set(Object.values(clients).map(({ user }) => user || 'somebody'))
  await room.publish(`here: ${[...names].sort().join(', ')}`)
})
room.on('unsubscribed', ({ code, reason }) => console.error(`unsubscribed: ${code} ${reason}`))
client.on('disconnected', ({ code, reason }) => console.error(`disconnected: ${code} ${reason}`))

room.subscribe()
client.connect()
process.once('SIGTERM', () => client.disconnect())
