import { describe, expect, it } from 'vitest'
import { dueOn } from '../scheduling/jobs/draft-reports.js'
import { lastPeriodOf, periodAround, periodBefore, periodLabel, readPeriod } from './period.js'

const read = (kind: Parameters<typeof readPeriod>[0], text: string) => readPeriod(kind, text, 'Asia/Shanghai', '2026-11-24')

describe('a period', () => {
  it.each([
    ['daily', '2026-11-23', '2026-11-23', '2026-11-23', true],
    ['daily', '2026-11-24', '2026-11-24', '2026-11-24', false],
    ['weekly', '2026-W47', '2026-11-16', '2026-11-22', true],
    ['weekly', '2026-W01', '2025-12-29', '2026-01-04', true],
    ['weekly', '2020-W53', '2020-12-28', '2021-01-03', true],
    ['monthly', '2024-02', '2024-02-01', '2024-02-29', true],
    ['quarterly', '2026-Q4', '2026-10-01', '2026-12-31', false],
    ['annual', '2025', '2025-01-01', '2025-12-31', true],
    ['custom', '2026-11-03..2026-11-05', '2026-11-03', '2026-11-05', true],
    ['custom', '2026-11-16 至 2026-11-22', '2026-11-16', '2026-11-22', true],
  ] as const)('%s %s is %s to %s', (kind, text, firstDay, lastDay, complete) => {
    expect(read(kind, text)).toMatchObject({ firstDay, lastDay, complete })
  })

  it('has the shortest name, whichever way it was said', () => {
    expect(read('weekly', '2026-11-16..2026-11-22').key).toBe('2026-W47')
    expect(read('monthly', '2026-10-01 至 2026-10-31').key).toBe('2026-10')
    expect(read('custom', '2026-11-16..2026-11-17').key).toBe('2026-11-16..2026-11-17')
  })

  it.each([
    ['weekly', '2026-11-23'],
    ['weekly', '2025-W53'],
    ['weekly', '2026-W00'],
    ['monthly', '2026-13'],
    ['monthly', '2026-11-01..2026-11-15'],
    ['quarterly', '2026-Q5'],
    ['annual', '0000'],
    ['annual', '2027'],
    ['custom', '2026-11-05..2026-11-03'],
    ['custom', '2020-01-01..2026-11-01'],
    ['custom', '2026-11-01..2026-11-02..2026-11-03'],
    ['custom', '../../etc/passwd'],
    ['custom', ''],
  ] as const)('%s %s is refused', (kind, text) => {
    expect(() => read(kind, text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })

  it.each([
    ['2026-11-01', '2026-10-31'],
    ['2026-W01', '2025-W52'],
    ['2026-01', '2025-12'],
    ['2026-Q1', '2025-Q4'],
    ['2026', '2025'],
    ['2026-11-03..2026-11-05', '2026-10-31..2026-11-02'],
  ])('before %s comes %s', (text, before) => {
    expect(periodBefore(read('custom', text))).toBe(before)
  })

  it('is found for a day, and the last finished one for today', () => {
    expect([periodAround('weekly', '2026-11-24'), periodAround('quarterly', '2026-11-24')]).toEqual(['2026-W48', '2026-Q4'])
    expect((['daily', 'weekly', 'monthly', 'quarterly', 'annual'] as const).map(kind => lastPeriodOf(kind, '2026-01-01'))).toEqual([
      '2025-12-31',
      '2025-W52',
      '2025-12',
      '2025-Q4',
      '2025',
    ])
    expect(periodLabel(read('weekly', '2026-W47'))).toBe('2026 年第 47 周（11-16 至 11-22）')
  })
})

describe('what is drafted on a day', () => {
  it.each([
    ['2026-11-23', ['weekly']],
    ['2026-11-24', []],
    ['2026-11-02', ['weekly', 'monthly']],
    // After the holidays of October, on a Thursday.
    ['2026-10-01', []],
    ['2026-10-08', ['monthly', 'quarterly']],
    // A Sunday that is worked: the first working day of the year is the 4th of January.
    ['2026-01-04', ['monthly', 'quarterly', 'annual']],
  ] as const)('on %s: %j', (day, kinds) => {
    expect(dueOn(day)).toEqual(kinds)
  })
})
