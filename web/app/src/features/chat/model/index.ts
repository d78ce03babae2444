// The chat's model, as the components know it.
export type * from './types'
