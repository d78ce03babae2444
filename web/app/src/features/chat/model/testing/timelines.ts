// Timelines as tests begin them, and what they show as short words.
import { mentionTest } from '../mentions'
import type { Publication } from '../schema'
import { Timeline } from '../timeline'

export const eyes = { me: 'me', mentions: mentionTest('me') }

export function begin(offset = 0, epoch = 'e1'): Timeline {
  const timeline = new Timeline(eyes)
  timeline.begin({ epoch, offset }, 0, 0)
  return timeline
}

export function live(...publications: Publication[]): Timeline {
  const timeline = begin()
  publications.forEach((one) => timeline.add(one))
  return timeline
}

/** "[start]", "one", "edited*", "†". */
export const rows = (timeline: Timeline) =>
  timeline.list.rows.flatMap((row) => {
    if (row.kind !== 'message') return row.kind === 'day' ? [] : `[${row.kind}]`
    const { text, deleted, edited, reactions } = row.message
    const votes = reactions.map(({ emoji, users }) => ` ${emoji} ${users.join(' ')}`).join('')
    return (deleted ? '†' : text) + (edited ? '*' : '') + votes
  })
