// The memory of requests is bounded in number and age, and a handle serves only what it was made for.
import { expect, it } from 'vitest'
import { ReplyHandles } from './reply-handles.js'

const to = { robot: 'main', chatId: 'g1' }

function handles(): { handles: ReplyHandles; time: { now: number } } {
  const time = { now: 1_000_000 }
  return { handles: new ReplyHandles({ now: () => time.now }), time }
}

it('a handle is good for its kind, robot and conversation only', () => {
  const { handles: kept } = handles()
  const name = kept.keep({ kind: 'message', ...to, reference: 'r1' })

  expect(kept.find(name, 'message', to)).toMatchObject({ reference: 'r1' })
  expect(kept.find(name, 'press', to)).toBeUndefined()
  expect(kept.find(name, 'message', { ...to, robot: 'other' })).toBeUndefined()
  expect(kept.find(name, 'message', { ...to, chatId: 'G1' })).toBeUndefined()
  expect(kept.find('r1', 'message', to)).toBeUndefined()
  expect(kept.find(undefined, 'message', to)).toBeUndefined()
})

it('a message can be answered for a day and a press for five seconds', () => {
  const { handles: kept, time } = handles()
  const message = kept.keep({ kind: 'message', ...to, reference: 'r1' })
  const press = kept.keep({ kind: 'press', ...to, reference: 'r2', taskId: 't1' })

  time.now += 5_000
  expect(kept.find(press, 'press', to)).toMatchObject({ taskId: 't1' })
  time.now += 1
  expect(kept.find(press, 'press', to)).toBeUndefined()
  time.now += 24 * 3_600_000 - 5_001
  expect(kept.find(message, 'message', to)).toBeDefined()
  time.now += 1
  expect(kept.find(message, 'message', to)).toBeUndefined()
})

it('ten thousand are kept, the oldest go first, and those of yesterday go with the next one', () => {
  const { handles: kept, time } = handles()
  const names = Array.from({ length: 10_050 }, (_, i) => kept.keep({ kind: 'message', ...to, reference: `r${i}` }))

  expect(kept.size).toBe(10_000)
  expect(kept.find(names[49], 'message', to)).toBeUndefined()
  expect(kept.find(names[50], 'message', to)).toBeDefined()
  time.now += 24 * 3_600_000 + 1
  kept.keep({ kind: 'message', ...to, reference: 'new' })
  expect(kept.size).toBe(1)
})

it('other lifetimes, handles that were used up, and those that were not after all', () => {
  const time = { now: 1_000_000 }
  const kept = new ReplyHandles({ now: () => time.now }, { message: 0, press: 100 })
  const name = kept.keep({ kind: 'press', ...to, reference: 'code', taskId: 't1' })
  const handle = kept.find(name, 'press', to)

  kept.forget(name)
  expect(kept.find(name, 'press', to)).toBeUndefined()
  if (handle) kept.restore(name, handle)
  time.now += 100
  expect(kept.find(name, 'press', to)).toMatchObject({ reference: 'code' })
  time.now += 1
  expect(kept.find(name, 'press', to)).toBeUndefined()
})
