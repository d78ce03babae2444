import { expect, it } from 'vitest'
import type { Comment } from './comment'
import { Track, type TimedComment } from './track'

function playerOf(comments: TimedComment[] = []) {
  const log: string[] = []
  const track = new Track({
    emit: ({ text }: Comment) => log.push(text),
    clear: () => log.push('clear'),
    pause: () => log.push('pause'),
    resume: () => log.push('resume'),
    set: ({ rate }) => log.push(`rate ${rate}`),
  })
  track.add(comments)
  log.length = 0
  /** What happened since the last call. */
  const said = () => log.splice(0)
  const play = (from: number, to: number) => {
    for (let time = from; time <= to; time += 20) track.sync(time, true)
  }
  return { track, play, said }
}

const at = (ms: number, id = `${ms}`): TimedComment => ({ id, text: id, at: ms })

it('each comment flies when the film comes to its moment, in any order of arrival', () => {
  const { play, said } = playerOf([at(500), at(100), at(900), at(0)])
  play(0, 90)
  expect(said()).toEqual(['resume', '0'])
  play(100, 600)
  expect(said()).toEqual(['100', '500'])
  play(600, 1000)
  expect(said()).toEqual(['900'])
})

it('a seek clears, skips what lies between, and plays again after a seek back', () => {
  const { play, said } = playerOf([at(100), at(5000), at(9000)])
  play(0, 200)
  expect(said()).toEqual(['resume', '100'])
  play(8500, 9000)
  expect(said()).toEqual(['clear', '9000'])
  play(0, 200)
  expect(said()).toEqual(['clear', '100'])
})

it('a seek to a comment shows that comment, though the player lands a little behind it', () => {
  const { track, said } = playerOf([at(4900), at(5000)])
  track.sync(0, true)
  said()
  track.sync(5200, true)
  expect(said()).toEqual(['clear', '5000'])
})

it('a short seek is one, too, when it is told, at any rate', () => {
  const { track, said } = playerOf([at(1000), at(2000), at(4900), at(5100)])
  track.sync(0, true, 2)
  said()
  track.seek(5000)
  expect(said()).toEqual(['clear'])
  track.sync(5000, true, 2)
  track.sync(5120, true, 2)
  expect(said()).toEqual(['4900', '5100'])
})

it('a drag along the film shows at each stop only what is there', () => {
  const { track, said } = playerOf(Array.from({ length: 30 }, (_, n) => at(n * 100)))
  track.sync(0, false)
  said()
  for (const time of [900, 1800, 2700]) {
    track.seek(time)
    track.sync(time, false)
    expect(said()).toEqual(['clear', `${time - 200}`, `${time - 100}`, `${time}`])
  }
})

it('follows pause, resume and rate', () => {
  const { track, said } = playerOf()
  track.sync(0, true)
  track.sync(20, false)
  track.sync(20, false)
  track.sync(20, true, 2)
  expect(said()).toEqual(['resume', 'pause', 'resume', 'rate 2'])
})

it('a step that is long only because the film runs fast is no seek', () => {
  const { track, said } = playerOf([at(2000)])
  track.sync(0, true, 4)
  track.sync(4000, true, 4)
  expect(said()).toEqual(['resume', 'rate 4', '2000'])
})

it('one that arrives just too late flies at once, one long past waits for the next time', () => {
  const { track, play, said } = playerOf()
  play(0, 5000)
  said()
  track.add([at(4500), at(1000), at(6000)])
  expect(said()).toEqual(['4500'])
  play(5000, 6000)
  expect(said()).toEqual(['6000'])
})

it('what lies before a seek did not fly just now: it is not made up for', () => {
  const { track, play, said } = playerOf()
  play(5000, 5100)
  said()
  track.add([at(4700)])
  expect(said()).toEqual([])
})

it('the same comment counts once, and can be taken out', () => {
  const { track, play, said } = playerOf([at(100), at(300)])
  play(0, 200)
  track.add([at(100), at(300), at(400)])
  expect(track.size).toBe(3)
  expect(track.remove('100')).toBe(true)
  expect(track.remove('100')).toBe(false)
  expect(track.remove('300')).toBe(true)
  said()
  play(200, 500)
  expect(said()).toEqual(['400'])
})

it('comments of one moment fly in the order of arrival', () => {
  const { track, play, said } = playerOf([at(100, 'a'), at(100, 'b')])
  track.add([at(100, 'c')])
  play(0, 100)
  expect(said()).toEqual(['resume', 'a', 'b', 'c'])
})

it('tells a stretch of the film, and where it is dense', () => {
  const { track } = playerOf([at(0), at(10), at(999), at(1000), at(5000)])
  expect(track.between(10, 1000).map((one) => one.at)).toEqual([10, 999])
  expect(track.heat(2000, 4)).toEqual([2, 1, 1, 0])
})

it('thousands of comments come and play quickly', () => {
  const { track, play, said } = playerOf()
  const many = Array.from({ length: 30_000 }, (_, n) => at((n * 7919) % 180_000, `m${n}`))
  track.add(many)
  play(0, 60_000)
  expect(said()).toHaveLength(1 + track.between(0, 60_000.1).length)
})
