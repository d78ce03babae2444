import { createApp } from 'vue'

import Room from './Room.vue'

const query = new URLSearchParams(location.search)
createApp(Room, {
  server: query.get('server') ?? 'ws://127.0.0.1:8000',
  user: query.get('user') ?? 'vue',
  room: 'tea',
}).mount('#app')
