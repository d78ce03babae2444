import { expect, it } from 'vitest'
import { isEmojiOnly } from './emojiOnly'

it.each(['🎉', '👍🏽', '👩‍👩‍👧', '🇨🇳', '1️⃣', '❤️ 🎉', '🎉🎉🎉🎉🎉🎉'])('%s stands alone', (text) => {
  expect(isEmojiOnly(text)).toBe(true)
})

it.each(['', ' ', 'a', '1', '#', '12', 'ok 🎉', '好🎉', '🎉🎉🎉🎉🎉🎉🎉', '...'])(
  '%o does not',
  (text) => {
    expect(isEmojiOnly(text)).toBe(false)
  },
)
