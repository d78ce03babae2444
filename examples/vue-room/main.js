import { createParley } from '@parley/vue'
import { createApp } from 'vue'

import Room from './Room.vue'

const query = new URLSearchParams(location.search)
const server = query.get('server') ?? 'ws://127.0.0.1:8000'

// In production: getToken instead of username, which asks your back end for a token.
const parley = createParley({
  url: `${server}/connection/websocket`,
  username: query.get('user') ?? 'vue',
})
createApp(Room, { room: 'orders' }).use(parley).mount('#app')
