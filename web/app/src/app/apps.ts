// The apps of the rail, in its order.
import { Clapperboard, FlaskConical, LayoutGrid, MessageCircle } from '@lucide/vue'
import type { Component } from 'vue'

export interface AppEntry {
  name: 'launchpad' | 'chat' | 'danmaku' | 'lab'
  path: string
  icon: Component
}

export const apps: AppEntry[] = [
  { name: 'launchpad', path: '/', icon: LayoutGrid },
  { name: 'chat', path: '/chat', icon: MessageCircle },
  { name: 'danmaku', path: '/danmaku', icon: Clapperboard },
  { name: 'lab', path: '/lab', icon: FlaskConical },
]
