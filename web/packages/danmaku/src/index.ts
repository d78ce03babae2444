// @parley/danmaku: comments that fly over a picture.
export type { Box, Comment, Mode, Settings, Size } from './comment'
export { Danmaku, type Options, type Stats } from './danmaku'
export type { Flyer } from './flyer'
export type { Frozen } from './pointer'
export { Stage, type StageHooks } from './stage'
export { Track, type Sink, type TimedComment, type TrackOptions } from './track'
export { blockList, type BlockList } from './words'
