// What reaches somebody who looks elsewhere: the number in the tab's title, a notification of the
// system and a sound, each only when wanted.
import { onScopeDispose, watchEffect } from 'vue'
import { useRouter } from 'vue-router'
import type { Chat } from '../model'
import { useSettings } from './useSettings'

const LONGEST = 140

export const canNotify = () => 'Notification' in window && Notification.permission === 'granted'

export function useNotifier(chat: Chat, titleOf: () => string) {
  const settings = useSettings()
  const router = useRouter()
  const before = document.title

  watchEffect(() => {
    const count = chat.unread.value
    document.title = `${count > 0 ? `(${count}) ` : ''}${titleOf()} · Parley`
  })
  onScopeDispose(() => (document.title = before))

  const stop = chat.onUnseen((conversation, message) => {
    if (conversation.muted) return
    if (settings.value.sound) void beep()
    if (!settings.value.notify || !canNotify()) return
    const title =
      conversation.kind === 'room' ? `${message.name} · #${conversation.title}` : message.name
    const body = message.text.slice(0, LONGEST)
    const notification = new Notification(title, { body, tag: conversation.channel })
    notification.onclick = () => {
      window.focus()
      void router.push({ name: 'chat', params: { channel: conversation.channel } })
      notification.close()
    }
  })
  onScopeDispose(stop)
}

/** Two short tones; no sound file to load. */
async function beep() {
  const audio = new AudioContext()
  const gain = audio.createGain()
  gain.gain.setValueAtTime(0.06, audio.currentTime)
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.3)
  const tone = audio.createOscillator()
  tone.frequency.setValueAtTime(660, audio.currentTime)
  tone.frequency.setValueAtTime(880, audio.currentTime + 0.1)
  tone.connect(gain).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.3)
  tone.onended = () => void audio.close()
}
