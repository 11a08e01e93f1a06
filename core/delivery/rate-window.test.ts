import { describe, expect, it } from 'vitest'
import { RateWindow } from './rate-window.js'

const START = 1_800_000_000_000

describe('the window of a rate', () => {
  it('lets the n-th of a minute pass and the next only when the first is a minute old', () => {
    const window = new RateWindow({ perMinute: 3 })
    for (const at of [0, 1000, 2000]) {
      expect(window.nextAt(START + at)).toBe(START + at)
      window.note(START + at)
    }

    expect(window.nextAt(START + 3000)).toBe(START + 61_000)
    expect(window.nextAt(START + 61_001)).toBe(START + 61_001)
  })

  it('keeps places free for graver messages, of a small quota fewer', () => {
    const window = new RateWindow({ perMinute: 8 })
    for (let n = 0; n < 6; n++) window.note(START + n)

    expect(window.nextAt(START + 10, 3)).toBe(START + 61_000)
    expect(window.nextAt(START + 10, 0)).toBe(START + 10)
    const small = new RateWindow({ perMinute: 3 })
    small.note(START)
    small.note(START + 1)
    expect(small.nextAt(START + 2, 3)).toBe(START + 2)
  })

  it('minds the hour as well as the minute', () => {
    const window = new RateWindow(
      { perMinute: 30, perHour: 31 },
      Array.from({ length: 31 }, (_, i) => START + i * 60_000),
    )

    expect(window.nextAt(START + 31 * 60_000)).toBe(START + 3_602_000)
  })

  it('believes a refusal', () => {
    const window = new RateWindow({})
    window.refused(START, 7)

    expect(window.nextAt(START)).toBe(START + 7000)
    window.refused(START)
    expect(window.nextAt(START)).toBe(START + 60_000)
  })

  it('never allows more than the limit in any minute, whatever the rhythm', () => {
    const window = new RateWindow({ perMinute: 5 })
    const sent: number[] = []
    let now = START
    for (let i = 0; i < 500; i++) {
      now = Math.max(now + ((i * 7919) % 9000), window.nextAt(now + ((i * 7919) % 9000)))
      window.note(now)
      sent.push(now)
    }

    for (const at of sent) expect(sent.filter(other => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(5)
  })
})
