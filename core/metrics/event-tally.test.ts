import { expect, it } from 'vitest'
import { openWorld } from '../../tests/support/memory-world.js'
import { EventTally } from './event-tally.js'

it('adds up by hour, source and dataset over several savings, and bounds the names of one hour', async () => {
  const world = await openWorld()
  const save = (events: readonly (readonly [string, string, string])[]) =>
    world.transactions.run(async tx => {
      const tally = new EventTally()
      for (const event of events) tally.add(...event)
      await tally.save(tx, world.uni.id)
    })

  await save([
    ['2026-11-24T08:00:00.000Z', 's1', 'sshd'],
    ['2026-11-24T08:59:59.999Z', 's1', 'sshd'],
    ['2026-11-24T09:00:00.000Z', 's1', 'sshd'],
  ])
  await save([['2026-11-24T08:30:00.000Z', 's1', 'sshd']])
  await save(Array.from({ length: 500 }, (_, n) => ['2026-11-24T10:00:00.000Z', 's1', `set-${n}`] as const))

  const rows = await world.transactions.read(t => t.eventHours.tally(world.uni.id, ['hour'], {}, { sum: 'events' }))
  expect(Object.fromEntries(rows.map(row => [row.hour.slice(11, 13), row.sum]))).toEqual({ '08': 3, '09': 1, '10': 500 })
  expect(rows.find(row => row.hour.includes('T10'))?.rows).toBe(201)
  expect(await world.transactions.read(t => t.eventHours.count(world.hos.id, {}))).toBe(0)
})
