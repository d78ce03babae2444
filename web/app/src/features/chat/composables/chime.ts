// Two short tones; no sound file to load.

/** Between two of them, however much arrives. */
export const PAUSE_MS = 2000

/** One for the page: browsers give only some. */
let audio: AudioContext | undefined
let rungAt = -Infinity

/** Rejects where there is no sound to be had. */
export async function chime(): Promise<void> {
  const now = performance.now()
  if (now - rungAt < PAUSE_MS) return
  rungAt = now
  audio ??= new AudioContext()
  await audio.resume()
  // Before the first touch of a page its sound waits; later it would be a lie.
  if (performance.now() - now < PAUSE_MS) ring(audio)
}

function ring(audio: AudioContext) {
  const gain = audio.createGain()
  gain.gain.setValueAtTime(0.06, audio.currentTime)
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.3)
  const tone = audio.createOscillator()
  tone.frequency.setValueAtTime(660, audio.currentTime)
  tone.frequency.setValueAtTime(880, audio.currentTime + 0.1)
  tone.connect(gain).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.3)
}
