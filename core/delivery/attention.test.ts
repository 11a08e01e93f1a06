import { describe, expect, it } from 'vitest'
import { attention, defaultPreference, quietEnd, type Asked } from './attention.js'

const ZONE = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}+08:00`)
const asked = (change: Partial<Asked>): Asked => ({
  level: 'P3',
  topic: 'brute_force',
  now: at('2026-11-24T10:00:00'),
  zone: ZONE,
  sentLastHour: 0,
  sentToday: 0,
  ...change,
})

describe('the attention budget', () => {
  it('tells a P3 at once in working hours and holds it at night until eight', () => {
    expect(attention(asked({}), defaultPreference)).toEqual({ way: 'now' })
    expect(attention(asked({ now: at('2026-11-24T23:10:00') }), defaultPreference)).toEqual({
      way: 'hold',
      why: 'quiet-hours',
      until: at('2026-11-25T08:00:00'),
    })
    expect(attention(asked({ now: at('2026-11-25T07:59:59') }), defaultPreference)).toMatchObject({ until: at('2026-11-25T08:00:00') })
    expect(attention(asked({ now: at('2026-11-25T08:00:00') }), defaultPreference)).toEqual({ way: 'now' })
  })

  it('lets a P1 and what belongs to a running case through at any time, whatever the budget', () => {
    const night = at('2026-11-24T03:00:00')
    for (const level of ['P1', null] as const)
      expect(
        attention(asked({ level, now: night, sentLastHour: 99, sentToday: 99 }), { ...defaultPreference, muted: ['brute_force'] }),
      ).toEqual({ way: 'now' })
  })

  it('holds P4 for the morning, and the seventh of an hour and the thirty-first of a day', () => {
    expect(attention(asked({ level: 'P4' }), defaultPreference)).toMatchObject({ way: 'hold', why: 'low-level' })
    expect(attention(asked({ level: 'P2', sentLastHour: 6 }), defaultPreference)).toMatchObject({ way: 'hold', why: 'hour-budget' })
    expect(attention(asked({ level: 'P2', sentToday: 30 }), defaultPreference)).toEqual({
      way: 'hold',
      why: 'day-budget',
      until: at('2026-11-24T10:30:00'),
    })
  })

  it('drops what is not wanted and wakes for what was asked to wake', () => {
    expect(attention(asked({}), { ...defaultPreference, muted: ['brute_force'] })).toEqual({ way: 'drop', why: 'muted' })
    expect(attention(asked({ level: 'P2', now: at('2026-11-24T23:10:00') }), { ...defaultPreference, wakes: 'P2' })).toEqual({ way: 'now' })
  })

  it('makes no digest in the quiet hours that begin while it waits', () => {
    const late = at('2026-11-24T21:58:00')

    expect(attention(asked({ now: late, sentLastHour: 6 }), defaultPreference)).toEqual({
      way: 'hold',
      why: 'hour-budget',
      until: at('2026-11-25T08:00:00'),
    })
    expect(attention(asked({ now: late, sentToday: 30 }), defaultPreference)).toMatchObject({ until: at('2026-11-25T08:00:00') })
    expect(attention(asked({ level: 'P4' }), { ...defaultPreference, quiet: '22:00-09:30' })).toMatchObject({
      until: at('2026-11-25T09:30:00'),
    })
    // What may wake people need not wait for them to get up.
    expect(attention(asked({ level: 'P2', now: late, sentLastHour: 6 }), { ...defaultPreference, wakes: 'P2' })).toMatchObject({
      until: at('2026-11-24T22:03:00'),
    })
  })

  it('knows spans within a day and spans over midnight', () => {
    expect(quietEnd('12:00-14:00', at('2026-11-24T13:00:00'), ZONE)).toBe(at('2026-11-24T14:00:00'))
    expect(quietEnd('12:00-14:00', at('2026-11-24T14:00:00'), ZONE)).toBeUndefined()
    expect(quietEnd('22:00-08:00', at('2026-11-24T22:00:00'), ZONE)).toBe(at('2026-11-25T08:00:00'))
  })
})
