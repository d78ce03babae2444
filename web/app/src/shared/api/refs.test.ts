import { expect, it } from 'vitest'
import { createRefs } from './refs'

it('makes refs that are unique and short enough for the wire', () => {
  const [one, other] = [createRefs(), createRefs()]
  const refs = [one(), one(), other(), other()]
  expect(new Set(refs).size).toBe(4)
  for (const ref of refs) expect(ref.length).toBeLessThanOrEqual(64)
})
