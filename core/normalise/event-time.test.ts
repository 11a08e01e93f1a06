import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clfTime, isoTime, toInstant } from './event-time.js'

const context = { receivedAt: 1_795_000_000_000, utcOffsetMinutes: 480 }
const two = (n: number): string => String(n).padStart(2, '0')

describe('an instant', () => {
  it('is written as Date writes it, whatever was written before', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -62_167_219_200_000, max: 253_402_300_799_999, noNaN: true }),
        fc.integer({ min: -3, max: 3 }),
        (at, near) => {
          for (const one of [at, Math.trunc(at) + near * 1_000]) {
            if (one < -62_167_219_200_000 || one > 253_402_300_799_999) continue
            expect(toInstant(one)).toBe(new Date(one).toISOString())
          }
        },
      ),
      { seed: 3, numRuns: 3_000 },
    )
    expect([NaN, Infinity, -62_167_219_200_001, 253_402_300_800_000, undefined].map(toInstant)).toEqual(Array(5).fill(undefined))
  })
})

describe('an ISO time', () => {
  it('of the usual form is the moment Date takes it for, and none where the calendar has none', () => {
    const number = (max: number) => fc.integer({ min: 0, max })
    fc.assert(
      fc.property(number(9_999), number(13), number(32), number(24), number(60), number(60), number(999), (y, mo, d, h, mi, s, ms) => {
        const day = `${String(y).padStart(4, '0')}-${two(mo)}-${two(d)}`
        const text = `${day}T${two(h)}:${two(mi)}:${two(s)}.${String(ms).padStart(3, '0')}Z`
        const exists = Number.isFinite(Date.parse(`${day}T00:00:00Z`)) && new Date(`${day}T00:00:00Z`).getUTCDate() === d
        const valid = exists && h <= 23 && mi <= 59
        // A leap second is the last second of its minute.
        expect(isoTime(text, context)).toBe(valid ? Date.parse(text.replace(/:60\./, ':59.')) : undefined)
      }),
      { seed: 5, numRuns: 3_000 },
    )
  })

  it.each([
    ['2026-11-24T08:30:00Z', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00', '2026-11-24T00:30:00.000Z'],
    ['2026-11-24 08:30:00,5+0200', '2026-11-24T06:30:00.500Z'],
    ['2024-02-29T23:59:60Z', '2024-02-29T23:59:59.000Z'],
    ['2026-02-29T08:30:00Z', undefined],
    ['2026-11-24T08:3x:00Z', undefined],
    ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(toInstant(isoTime(text, context))).toBe(instant)
  })

  it('of web servers has months by name', () => {
    expect(toInstant(clfTime('25/Oct/2016:14:49:33 +0200'))).toBe('2016-10-25T12:49:33.000Z')
    expect(clfTime('25/Foo/2016:14:49:33 +0200')).toBeUndefined()
  })
})
