// A soft tune to the show, from oscillators: off until somebody asks for it. What is played follows
// from the time of the film alone.
const BEAT_MS = 400
const AHEAD_MS = 150
const VOLUME = 0.07
/** Four chords, a few seconds each, in semitones from A3. */
const chords = [
  [0, 7, 12, 16],
  [-4, 3, 8, 12],
  [-9, 3, 7, 12],
  [-2, 5, 10, 14],
]
const pattern = [0, 2, 3, 1, 2, 3, 1, 2]

export class Tune {
  private context: AudioContext | null = null
  private master: GainNode | null = null
  private played = -1

  /** Browsers allow sound only after a click: call it from one. */
  start(): void {
    this.context = new AudioContext()
    this.master = new GainNode(this.context, { gain: VOLUME })
    this.master.connect(this.context.destination)
    this.played = -1
  }

  stop(): void {
    void this.context?.close()
    this.context = this.master = null
  }

  /** With every frame while the film plays. */
  follow(time: number): void {
    const beat = Math.floor((time + AHEAD_MS) / BEAT_MS)
    if (!this.context || beat === this.played) return
    this.played = beat
    const chord = chords[Math.floor(beat / 16) % chords.length]!
    this.pluck(chord[pattern[beat % pattern.length]!]!, 1.6, 'triangle', 1)
    if (beat % 8 === 0) this.pluck(chord[0]! - 12, 3.2, 'sine', 1.4)
    if (beat % 16 === 12) this.pluck(chord[3]! + 12, 2.4, 'sine', 0.5)
  }

  private pluck(semitones: number, seconds: number, type: OscillatorType, volume: number): void {
    const { context, master } = this
    if (!context || !master) return
    const begin = context.currentTime
    const frequency = 220 * 2 ** (semitones / 12)
    const voice = new OscillatorNode(context, { type, frequency })
    const gain = new GainNode(context, { gain: 0 })
    gain.gain.linearRampToValueAtTime(volume, begin + 0.03)
    gain.gain.exponentialRampToValueAtTime(0.001, begin + seconds)
    voice.connect(gain).connect(master)
    voice.start(begin)
    voice.stop(begin + seconds)
  }
}
