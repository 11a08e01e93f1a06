// The rota by itself: who it is, what is wrong with one, how the days of rest change it.
import { describe, expect, it } from 'vitest'
import { WorkCalendar } from '../clocks/work-calendar.js'
import { checkRota } from './check-rota.js'
import { dutyAt, expertAt, nextDuty, type DutyPlan, type DutyShift } from './rota.js'

const calendar = new WorkCalendar()
/** Beijing time to UTC. */
const at = (local: string): string => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`).toISOString()
const shift = (name: string, from: string, to: string, people: readonly string[], days: DutyShift['days'] = 'every'): DutyShift => ({
  name,
  from,
  to,
  days,
  people,
  turnDays: 1,
})
const plan = (set: Partial<DutyPlan> = {}): DutyPlan => ({
  anchor: '2026-11-01',
  shifts: [shift('白班', '08:30', '20:30', ['a', 'b']), shift('夜班', '20:30', '08:30', ['c', 'd', 'e'])],
  experts: { people: ['x', 'y'], turnDays: 7 },
  swaps: [],
  away: [],
  holidays: {},
  ...set,
})
const who = (set: Partial<DutyPlan>, local: string) => dutyAt(plan(set), calendar, at(local))?.userId

describe('who is on duty', () => {
  it('changes at the minute, and the night belongs to the day it begins on', () => {
    expect(['11-01 08:30', '11-01 20:29', '11-01 20:30', '11-02 08:29', '11-02 08:30'].map(local => who({}, local))).toEqual([
      'a',
      'a',
      'c',
      'c',
      'b',
    ])
    expect(nextDuty(plan(), calendar, at('11-01 12:00'))).toMatchObject({ userId: 'c', from: at('11-01 20:30') })
  })

  it('is known before the first turn as well', () => {
    expect(who({}, '10-31 12:00')).toBe('b')
  })

  it('is the next in turn for who is away, and whoever swapped', () => {
    expect(who({ away: [{ person: 'a', from: '2026-11-01', to: '2026-11-03' }] }, '11-01 12:00')).toBe('b')
    expect(who({ swaps: [{ day: '2026-11-01', shift: '白班', person: 'z' }] }, '11-01 12:00')).toBe('z')
    expect(expertAt(plan(), at('11-08 03:00'))).toBe('y')
  })

  it('follows holidays and make-up days', () => {
    const shifts = [
      shift('工作日', '09:00', '21:00', ['a'], 'workdays'),
      shift('夜班', '21:00', '09:00', ['c'], 'workdays'),
      shift('休息日', '09:00', '21:00', ['r'], 'days-off'),
      shift('休息日夜', '21:00', '09:00', ['n'], 'days-off'),
    ]
    // 10-01 is a holiday, 10-10 a Saturday at work.
    expect(
      ['09-30 12:00', '10-01 12:00', '10-01 22:00', '10-08 08:00', '10-08 12:00', '10-10 12:00'].map(local => who({ shifts }, local)),
    ).toEqual(['a', 'r', 'n', 'n', 'a', 'a'])
    expect(checkRota(plan({ shifts }))).toEqual([])
  })
})

describe('what is wrong with a rota', () => {
  const problems = (set: Partial<DutyPlan>) => checkRota(plan(set)).map(({ path, problem }) => `${path.join('.')} ${problem}`)

  it('is nothing in one without gaps', () => {
    expect(problems({})).toEqual([])
    expect(problems({ shifts: [shift('全天', '00:00', '00:00', ['a'])] })).toEqual([])
  })

  it.each([
    [[shift('白班', '08:30', '20:30', ['a']), shift('夜班', '20:30', '08:00', ['c'])], '08:00 到 08:30 没有人值班'],
    [[shift('白班', '08:30', '20:30', ['a']), shift('夜班', '20:00', '08:30', ['c'])], '20:00 到 20:30 有两班'],
    [[shift('白班', '09:00', '18:00', ['a'])], '00:00 到 09:00 没有人值班'],
    [[shift('全天', '00:00', '00:00', ['a'], 'workdays')], '休息日 00:00 到 24:00 没有人值班'],
    [
      [
        shift('日', '08:00', '20:00', ['a'], 'workdays'),
        shift('夜', '20:00', '08:00', ['b'], 'workdays'),
        shift('休', '09:00', '09:00', ['r'], 'days-off'),
      ],
      '工作日之后的休息日 08:00 到 09:00 没有人值班',
    ],
  ])('is a minute with nobody, or with two', (shifts, words) => {
    expect(problems({ shifts }).join('\n')).toContain(words)
  })

  it('is a day on which nobody of a rotation is there, a name twice, a swap of no shift', () => {
    const away = ['x', 'y'].map(person => ({ person, from: '2026-12-24', to: '2026-12-26' }))

    expect(problems({ away })).toEqual(['experts 2026-12-24 这天轮值的人全都不在'])
    expect(problems({ away: [{ person: 'x', from: '2026-12-24', to: '2026-12-23' }] })).toEqual(['away.0.to 不能早于 from'])
    expect(problems({ swaps: [{ day: '2026-11-01', shift: '早班', person: 'a' }] })).toEqual(['swaps.0.shift 没有班次“早班”'])
  })
})
