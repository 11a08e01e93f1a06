import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode, type ErrorFacts } from '../errors.js'
import type { OutgoingMessage } from '../ports/chat.js'
import { nextAfter } from './backoff.js'

const face = { taskId: 't', source: '', title: '卡', facts: [], buttons: [] }
const card: OutgoingMessage = { kind: 'card', card: face }
const text: OutgoingMessage = { kind: 'markdown', text: '一' }
const after = (attempts: number, code: ErrorCode, facts: ErrorFacts = {}, message: OutgoingMessage = text) =>
  nextAfter({ message, attempts }, new AppError(code, facts))
const seconds = (attempts: number, code: ErrorCode, facts: ErrorFacts = {}) => {
  const next = after(attempts, code, facts)
  return next.way === 'later' ? next.seconds : undefined
}

it.each(['give-up', 'switch-road'])('what the error table says is hopeless (%s) is not tried again', reaction => {
  expect(after(1, 'CHAT_REFUSED', { code: 40008, reaction })).toEqual({ way: 'give-up' })
  expect(after(1, 'CHAT_REFUSED', { code: 40035, reaction: 'tell-staff' })).toMatchObject({ way: 'later' })
})

describe('a failure of the moment', () => {
  it.each(['CHAT_OUTCOME_UNKNOWN', 'CHAT_BUSY', 'DATABASE_UNREACHABLE'] as const)(
    '%s is tried for ever, ever slower, up to five minutes',
    code => {
      const waits = Array.from({ length: 20 }, (_, i) => seconds(i + 1, code))

      expect(waits.slice(0, 8)).toEqual([2, 4, 8, 16, 32, 64, 128, 256])
      expect(Math.max(...waits.map(Number))).toBeLessThanOrEqual(300)
      expect(waits).not.toContain(undefined)
    },
  )

  it('a connection that is away is looked for every second: nothing was sent', () => {
    expect([1, 5, 500].map(n => seconds(n, 'CHAT_UNREACHABLE'))).toEqual([1, 1, 1])
  })

  it('waits as long as it was told, and as it would anyway where what it was told is nonsense', () => {
    expect(seconds(1, 'CHAT_BUSY', { retryAfterSeconds: 47 })).toBe(47)
    for (const told of [0, -5, 'soon', NaN]) expect(seconds(1, 'CHAT_BUSY', { retryAfterSeconds: told })).toBe(2)
  })

  it('is told apart from an unknown outcome', () => {
    expect(after(1, 'CHAT_BUSY')).toMatchObject({ outcome: 'failed' })
    expect(after(1, 'CHAT_OUTCOME_UNKNOWN')).toMatchObject({ outcome: 'unknown' })
  })
})

describe('what is given up', () => {
  it.each(['CHAT_TARGET_DEAD', 'CHAT_EXPIRED'] as const)('%s at once', code => {
    expect(after(1, code)).toEqual({ way: 'give-up' })
  })

  it.each(['CHAT_REFUSED', 'INTERNAL', 'SECRET_UNREADABLE'] as const)('%s at the third time', code => {
    expect([1, 2].map(n => after(n, code).way)).toEqual(['later', 'later'])
    expect(after(3, code)).toEqual({ way: 'give-up' })
  })

  it('a pressed card’s update at anything but a full quota', () => {
    const update: OutgoingMessage = { kind: 'card-update', card: face }

    expect(after(1, 'CHAT_UNREACHABLE', {}, update)).toEqual({ way: 'give-up' })
    expect(after(1, 'CHAT_BUSY', {}, update).way).toBe('later')
  })
})

it('a card whose task id was used had arrived, but only when it was tried before', () => {
  expect(after(2, 'CHAT_REFUSED', { code: 42014 }, card)).toEqual({ way: 'arrived' })
  expect(after(1, 'CHAT_REFUSED', { code: 42014 }, card).way).toBe('later')
  expect(after(2, 'CHAT_REFUSED', { code: 42014 }).way).toBe('later')
})
