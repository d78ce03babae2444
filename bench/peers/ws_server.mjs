// npm `ws`, as its README advises: no compression, bufferutil for the masks.
// node ws_server.mjs fanout PORT: every message goes to all open clients (the README's broadcast); echo PORT: back to
// its sender.
import { WebSocketServer, WebSocket } from 'ws'

const echo = process.argv[2] === 'echo'
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[3]),
  perMessageDeflate: false,
  backlog: 4096,
})

server.on('connection', (socket) => {
  socket.on('error', () => socket.terminate())
  socket.on('message', (data, isBinary) => {
    if (echo) return socket.send(data, { binary: isBinary })
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary })
    }
  })
})
