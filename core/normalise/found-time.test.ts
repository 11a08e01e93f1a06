// The moment a line names itself: every order devices write, and what only looks like one.
import { describe, expect, it } from 'vitest'
import { foundTime } from './found-time.js'

const context = { receivedAt: Date.UTC(2026, 0, 1), utcOffsetMinutes: 0 }
const found = (line: string, atStart = false): string | undefined => {
  const at = foundTime(line, context, atStart)
  return at === undefined ? undefined : new Date(at).toISOString()
}

describe('a moment near the beginning', () => {
  it.each([
    ['[GIN] 2022/02/07 - 10:49:33 | 401', '2022-02-07T10:49:33.000Z'],
    ['[Nest] 7  - 08/02/2023, 7:32:47 PM    WARN', '2023-08-02T19:32:47.000Z'],
    ['19-Oct-2022 05:34:02.425 client', '2022-10-19T05:34:02.425Z'],
    ['[Fri Mar 15 10:12:48.1234 2024] [php:', '2024-03-15T10:12:48.123Z'],
    ['2023-04-23 21:53:37.311 -05:00 [WRN]', '2023-04-24T02:53:37.311Z'],
    ['(W) 2024-11-26T13:37:02 - x', '2024-11-26T13:37:02.000Z'],
    ['Sat Jan 11 2025 22:59:48 GMT+0100', '2025-01-11T21:59:48.000Z'],
    ['2018-7-23 01:00:34.270.1 my-switch', '2018-07-23T01:00:34.270Z'],
    ['2024年3月1日 08:00:00 登录', '2024-03-01T08:00:00.000Z'],
  ])('%s', (line, expected) => {
    expect(found(line)).toBe(expected)
  })
})

describe('is none', () => {
  it.each([
    ['a longer number', 'thread 127358726047296123 query'],
    ['an impossible day', '2024-02-30 10:00:00 x'],
    ['what stands far behind', `${'x'.repeat(300)} 2024-03-01 10:00:00`],
    ['a version', 'build 8.12.4 rel 10:00'],
  ])('%s', (_, line) => {
    expect(found(line)).toBeUndefined()
  })
})

it('counts before the relay’s only where the message begins with it, and with a year', () => {
  expect(found('[2024-03-01T10:00:00Z] x', true)).toBe('2024-03-01T10:00:00.000Z')
  expect(found('user since 2024-03-01 10:00:00', true)).toBeUndefined()
  expect(found('Mar  1 10:00:00 x', true)).toBeUndefined()
})
