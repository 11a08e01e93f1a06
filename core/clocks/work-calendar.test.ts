// The vectors of domain.md 6.3 (2026), the working days of whole years, and years nobody has published yet.
import { describe, expect, it } from 'vitest'
import { WorkCalendar } from './work-calendar.js'

const calendar = new WorkCalendar()
/** Beijing time to UTC. */
const at = (local: string): string => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`).toISOString()

describe('working minutes', () => {
  it.each([
    ['09-24 17:30', 60, '09-28 09:30'],
    ['09-20 10:00', 30, '09-20 10:30'],
    ['02-14 17:50', 30, '02-24 09:20'],
    ['02-13 17:30', 120, '02-14 10:30'],
    ['10-10 12:10', 15, '10-10 13:15'],
    ['09-30 16:00', 240, '10-08 11:00'],
    ['05-09 08:00', 15, '05-09 09:15'],
    ['11-24 11:50', 30, '11-24 13:20'],
  ])('%s and %d of them are %s', (start, minutes, end) => {
    expect(calendar.addMinutes(at(start), minutes)).toBe(at(end))
    expect(calendar.minutesBetween(at(start), at(end))).toBe(minutes)
  })

  it.each([
    ['09-30 17:00', '10-08 10:00', 120],
    ['02-13 09:00', '02-24 18:00', 1440],
    ['10-08 10:00', '09-30 17:00', 0],
  ])('from %s to %s are %d', (start, end, minutes) => {
    expect(calendar.minutesBetween(at(start), at(end))).toBe(minutes)
  })
})

describe('working days', () => {
  it.each([
    [2025, 248, [undefined]],
    [2026, 248, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]],
  ])('of %d are %d', (year, sum, months) => {
    const counts = Array.from({ length: 12 }, (_, month) => {
      const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
      return Array.from({ length: days }, (_, day) => new Date(Date.UTC(year, month, day + 1)).toISOString().slice(0, 10)).filter(day =>
        calendar.isWorkday(day),
      ).length
    })

    expect(counts.reduce((total, count) => total + count, 0)).toBe(sum)
    if (months.length === 12) expect(counts).toEqual(months)
  })

  it('of a year nobody has published fall back to the weekday, and say so', () => {
    expect(calendar.isCovered(2026)).toBe(true)
    expect(calendar.isCovered(2099)).toBe(false)
    expect(calendar.isWorkday('2099-01-01')).toBe(true)
  })

  it('that an operator names win, and make the year known', () => {
    const own = new WorkCalendar({ days: { '2099-01-01': false, '2026-10-08': false } })

    expect(own.isCovered(2099)).toBe(true)
    expect(own.isWorkday('2099-01-01')).toBe(false)
    expect(own.addMinutes(at('09-30 16:00'), 240)).toBe(at('10-09 11:00'))
  })
})

describe('another zone and other hours', () => {
  it('are counted in that zone', () => {
    const urumqi = new WorkCalendar({
      zone: 'Asia/Urumqi',
      shifts: [
        ['10:00', '14:00'],
        ['16:00', '20:00'],
      ],
    })

    expect(urumqi.isWorkTime('2026-11-24T04:00:00Z')).toBe(true)
    expect(urumqi.isWorkTime('2026-11-24T03:59:00Z')).toBe(false)
  })
})
