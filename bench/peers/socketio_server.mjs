// Socket.IO on its default engine (`ws`), as its pages on performance and memory advise: WebSocket alone, no
// compression, bufferutil for the masks, the first request not kept.
// node socketio_server.mjs fanout PORT: every event "message" goes to one room that all have joined, its sender
// included; echo PORT: back to its sender.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const echo = process.argv[2] === 'echo'
const http = createServer()
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 3_600_000, // a ping would be counted as part of a message
})

io.engine.on('connection', (raw) => {
  raw.request = null
})
io.on('connection', (socket) => {
  socket.join('bench')
  socket.on('message', (data) => {
    if (echo) socket.emit('message', data)
    else io.to('bench').emit('message', data)
  })
})
http.listen({ host: '127.0.0.1', port: Number(process.argv[3]), backlog: 4096 })
