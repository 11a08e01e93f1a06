import { describe, expect, it } from 'vitest'
import { RepeatBrake, type BrakePolicy } from './repeat-brake.js'

const policy: BrakePolicy = { free: 1, doubling: true, intervalSeconds: 3_600, forgetSeconds: 86_400, maxKeys: 100 }
const said = (brake: RepeatBrake, seconds: readonly number[], key = 'k'): number[] =>
  seconds.flatMap(second => brake.said(key, second * 1000)?.count ?? [])

describe('RepeatBrake', () => {
  it('speaks first and whenever the count has doubled', () => {
    expect(
      said(
        new RepeatBrake(policy),
        Array.from({ length: 9 }, (_, n) => n),
      ),
    ).toEqual([1, 2, 4, 8])
  })

  it('speaks again after the interval, whatever the count', () => {
    expect(said(new RepeatBrake({ ...policy, doubling: false }), [0, 1, 3_599, 3_600, 3_601, 7_200])).toEqual([1, 4, 6])
  })

  it('begins a new count after a long silence', () => {
    expect(said(new RepeatBrake(policy), [0, 1, 2, 86_403])).toEqual([1, 2, 1])
  })

  it('lets times go back without speaking twice', () => {
    expect(said(new RepeatBrake({ ...policy, doubling: false }), [7_200, 0, 1, 7_201])).toEqual([1])
  })

  it('forgets the longest unused key first and stays bounded', () => {
    const brake = new RepeatBrake(policy)
    brake.said('first', 0)
    brake.said('kept', 0)
    for (let n = 0; n < 98; n += 1) brake.said(`key ${n}`, 0)
    brake.said('kept', 0)
    brake.said('one too many', 0)

    expect(brake.said('first', 0)?.count).toBe(1)
    expect((brake.snapshot() as unknown[]).length).toBe(100)
  })

  it('goes on from what it saved', () => {
    const brake = new RepeatBrake(policy)
    said(brake, [0, 1, 2])
    const next = new RepeatBrake(policy)

    next.restore(JSON.parse(JSON.stringify(brake.snapshot())))

    expect(next.said('k', 3_000)).toEqual({ count: 4, firstAt: 0 })
  })
})
