// A comment on the stage: where it is, how fast it moves, how long it stays.
import type { Comment, Mode } from './comment'

export interface Flyer<Sprite = unknown> {
  readonly comment: Comment
  readonly mode: Mode
  readonly layer: number
  /** Left edge; `y` is the top of the first of its rows. */
  x: number
  y: number
  width: number
  height: number
  /** Pixels a millisecond; 0 for those that stand. */
  speed: number
  /** Milliseconds until one that stands leaves. */
  left: number
  frozen: boolean
  gone: boolean
  /** How many same texts it stands for. */
  count: number
  /** What the renderer draws; made when it is drawn first. */
  sprite: Sprite | null
}
