import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { Leases } from './leases.js'

let world: World
let a: Leases
let b: Leases
beforeEach(async () => {
  world = await openWorld()
  a = leasesOf('a')
  b = leasesOf('b')
})
const leasesOf = (owner: string) => new Leases({ transactions: world.transactions, clock: world.clock, owner })
const ours = (leases: Leases, name: string) => world.transactions.run(tx => leases.isOurs(tx, name))

describe('a lease', () => {
  it('is held by one', async () => {
    expect(await a.hold('robot:main', 10)).toBe(true)
    expect(await b.hold('robot:main', 10)).toBe(false)
    expect(await b.hold('robot:other', 10)).toBe(true)
    expect(await a.held('robot:')).toEqual([
      { name: 'robot:main', owner: 'a' },
      { name: 'robot:other', owner: 'b' },
    ])
  })

  it('is won by one of many who ask at once, fresh or run out', async () => {
    const all = Array.from({ length: 8 }, (_, i) => leasesOf(`p${i}`))
    const holders = async () => (await Promise.all(all.map(leases => leases.hold('scheduler', 10)))).filter(Boolean).length

    expect(await holders()).toBe(1)
    world.clock.turn(11)
    expect(await holders()).toBe(1)
  })

  it('goes on as long as it is renewed', async () => {
    await a.hold('scheduler', 10)
    for (let i = 0; i < 5; i++) {
      world.clock.turn(9)
      expect(await a.hold('scheduler', 10)).toBe(true)
      expect(await b.hold('scheduler', 10)).toBe(false)
    }
  })

  it('belongs to its holder up to the last moment, and to whoever comes after', async () => {
    await a.hold('scheduler', 10)

    world.clock.turn(10)
    expect(await b.hold('scheduler', 10)).toBe(false)
    expect(await b.held('scheduler')).toEqual([{ name: 'scheduler', owner: 'a' }])
    world.clock.turn(0.001)
    expect(await b.held('scheduler')).toEqual([])
    expect(await b.hold('scheduler', 10)).toBe(true)
    expect(await a.hold('scheduler', 10)).toBe(false)
  })

  it('that ran out and nobody took may be taken up again by its owner', async () => {
    await a.hold('scheduler', 10)
    world.clock.turn(100)

    expect(await a.hold('scheduler', 10)).toBe(true)
  })

  it('let go of is free at once, and nobody lets go of another’s', async () => {
    await a.hold('scheduler', 10)

    await b.release('scheduler')
    expect(await b.hold('scheduler', 10)).toBe(false)
    await a.release('scheduler')
    expect(await b.hold('scheduler', 10)).toBe(true)
  })
})

describe('renewing all', () => {
  it('renews what is still ours and names it, and touches nothing else', async () => {
    for (const name of ['shard:1', 'shard:2', 'robot:main']) await a.hold(name, 8)
    await b.hold('shard:3', 8)
    world.clock.turn(7)

    expect((await a.renewAll('shard:', 8)).sort()).toEqual(['shard:1', 'shard:2'])
    world.clock.turn(2)

    expect((await a.held('')).map(lease => lease.name).sort()).toEqual(['shard:1', 'shard:2'])
  })

  it('does not name what another took over', async () => {
    await a.hold('shard:1', 8)
    await a.hold('shard:2', 8)
    world.clock.turn(9)
    await b.hold('shard:1', 8)

    expect(await a.renewAll('shard:', 8)).toEqual(['shard:2'])
    expect(await b.hold('shard:1', 8)).toBe(true)
  })
})

describe('fencing', () => {
  it('lets the holder write and nobody else', async () => {
    await a.hold('shard:1', 8)

    expect([await ours(a, 'shard:1'), await ours(b, 'shard:1'), await ours(a, 'shard:2')]).toEqual([true, false, false])
  })

  it('stops a process that slept past its lease only when another took it', async () => {
    await a.hold('shard:1', 8)
    world.clock.turn(60)
    expect(await ours(a, 'shard:1')).toBe(true)

    await b.hold('shard:1', 8)

    expect([await ours(a, 'shard:1'), await ours(b, 'shard:1')]).toEqual([false, true])
  })
})
