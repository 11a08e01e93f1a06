import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ownText } from './own-text.js'
import { BoundedStories } from './threats/models/bounded-stories.js'
import { RecentMarks } from './threats/models/recent-marks.js'
import { RepeatBrake } from './threats/models/repeat-brake.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const LINES = 300
/** A line of 64 KB that is nobody's but its own. */
const line = (n: number): string => Buffer.alloc(65_536, `${n} `).toString('latin1')

/** Megabytes that are still held after the work. */
function held(work: (n: number) => void): number {
  collect()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < LINES; n += 1) work(n)
  collect()
  return (process.memoryUsage().heapUsed - before) / 1e6
}

describe('a text of its own', () => {
  it.each(['', 'a', 'exactly13char', 'ein ß, 中文 and \ud800 half a pair'])('is the same text: %j', text => {
    expect(ownText(text)).toBe(text)
  })

  it('lets go of the line it was cut from, which a piece does not', () => {
    const pieces: string[] = []
    const own: string[] = []

    expect(held(n => pieces.push(line(n).slice(100, 200)))).toBeGreaterThan(15)
    expect(held(n => own.push(ownText(line(n).slice(100, 200))))).toBeLessThan(5)
    expect(pieces.length + own.length).toBe(2 * LINES)
  })

  it('is what models remember of long lines', () => {
    const stories = new BoundedStories<number>(10_000)
    const marks = Array.from({ length: LINES }, () => new RecentMarks())
    const brake = new RepeatBrake({ free: 1, doubling: true, intervalSeconds: 60, forgetSeconds: 60, maxKeys: 10_000 })

    const megabytes = held(n => {
      const text = line(n)
      stories.touch(text.slice(50, 120), () => n)
      stories.touch(`${n} ${text}`, () => n)
      marks[n]!.add(text.slice(3, 90), 0, 1_000)
      marks[n]!.add(text, 0, 1_000)
      brake.said(text.slice(7, 90), 0)
      brake.said(`${n} ${text}`, 0)
    })

    expect(megabytes).toBeLessThan(5)
    expect(stories.size).toBeGreaterThan(LINES)
  })
})
