// The lessons, in the order of the page. The name is the anchor, the locale key, and the component.
import type { Component } from 'vue'
import CloseLesson from './close/CloseLesson.vue'
import FrameLesson from './frames/FrameLesson.vue'
import HandshakeLesson from './handshake/HandshakeLesson.vue'
import HeartbeatLesson from './heartbeat/HeartbeatLesson.vue'
import QuizLesson from './quiz/QuizLesson.vue'
import RetryLesson from './retry/RetryLesson.vue'
import WaysLesson from './ways/WaysLesson.vue'

export interface Lesson {
  name: string
  component: Component
}

export const lessons: Lesson[] = [
  { name: 'handshake', component: HandshakeLesson },
  { name: 'ways', component: WaysLesson },
  { name: 'heartbeat', component: HeartbeatLesson },
  { name: 'retry', component: RetryLesson },
  { name: 'close', component: CloseLesson },
  { name: 'frames', component: FrameLesson },
  { name: 'quiz', component: QuizLesson },
]
