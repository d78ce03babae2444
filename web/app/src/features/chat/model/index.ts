// The chat's model, as composables and components know it.
export type * from './types'
export { createChat } from './chat'
export { EVERYONE, splitMentions } from './mentions'
export { problemKeys } from './problems'
export { MAX_FILES, MAX_TEXT, quote } from './schema'
export { FOUND_MAX } from './search'
export { wireOf } from './wire'
