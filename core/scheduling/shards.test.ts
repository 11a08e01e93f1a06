import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AppError } from '../errors.js'
import type { Archive, ArchivedRecord } from '../ports/archive.js'
import { silentLogger } from '../ports/logger.js'
import type { Job, Queue } from '../ports/queue.js'
import type { Transactions } from '../ports/transaction.js'
import { Directory } from '../tenants/directory.js'
import { TenantJudge, type JudgeNeeds } from '../threats/judge-tenant.js'
import { Leases } from './leases.js'
import { SHARDS, shardOf, shardQueue, ShardWorker } from './shards.js'

/** Jobs by hand: `tell` runs them on whoever consumes the queue. */
class FakeQueue implements Queue {
  readonly consumers = new Map<string, Set<(job: Job) => Promise<void>>>()
  leavingFails = false
  async add(): Promise<void> {}
  async process(queue: string, _: unknown, handler: (job: Job) => Promise<void>): Promise<() => Promise<void>> {
    const set = this.consumers.get(queue) ?? new Set()
    this.consumers.set(queue, set.add(handler))
    return async () => {
      set.delete(handler)
      if (this.leavingFails) throw new AppError('QUEUE_UNREACHABLE')
    }
  }
  async tell(tenantId: string): Promise<void> {
    for (const handler of this.consumers.get(shardQueue(shardOf(tenantId))) ?? []) await handler({ subject: tenantId })
  }
  async pending(): Promise<number> {
    return 0
  }
  async close(): Promise<void> {}
}

/** One file per customer, read by position. */
class FakeArchive {
  readonly files = new Map<string, string[]>()
  write(tenantId: string, ...lines: string[]): void {
    this.files.set(tenantId, [...(this.files.get(tenantId) ?? []), ...lines])
  }
  async read(tenantId: string, cursors: Readonly<Record<string, number>>) {
    const from = cursors['f'] ?? 0
    const lines = (this.files.get(tenantId) ?? []).slice(from)
    const records = lines.map((raw, i): ArchivedRecord => ({
      raw,
      type: 'raw',
      sourceId: 's',
      receivedAt: '2026-11-24T02:00:00.000Z',
      position: { file: 'f', offset: from + i },
    }))
    return { records, cursors: { f: from + lines.length }, more: false }
  }
}

interface Worker {
  readonly owner: string
  readonly shards: ShardWorker
}

let world: World
let queue: FakeQueue
let archive: FakeArchive
/** `worker line` of every event judged. */
let judged: string[]
/** Called with each line before it is judged. */
let during: (line: string) => Promise<void> | void

beforeEach(async () => {
  world = await openWorld()
  queue = new FakeQueue()
  archive = new FakeArchive()
  judged = []
  during = () => undefined
})

function worker(owner: string, transactions: Transactions = world.transactions): Worker {
  const leases = new Leases({ transactions, clock: world.clock, owner })
  const needs: JudgeNeeds = {
    archive: archive as unknown as Archive,
    transactions: world.transactions,
    alertFlow: {
      raise: async (_, hits) => {
        for (const hit of hits) await during(hit.reason)
      },
    },
    clock: world.clock,
    logger: silentLogger,
    normalise: ({ raw, receivedAt }) => ({ '@timestamp': receivedAt, event: { original: raw, dataset: 'test' } }),
    // Every line is a hit and counted: the memory must go along with the shard.
    detectorFor: () => {
      let count = 0
      return {
        judge: events =>
          events.map(({ event }) => {
            judged.push(`${owner} ${event.event.original} as number ${++count}`)
            return { reason: event.event.original } as never
          }),
        snapshot: () => ({ count }),
        restore: state => (count = (state as { count: number }).count),
      }
    },
    counted: () => undefined,
  }
  const shards = new ShardWorker({
    leases,
    queue,
    directory: new Directory(world.transactions),
    judge: new TenantJudge(needs),
    logger: silentLogger,
    owner,
  })
  return { owner, shards }
}

/** Some rounds of renewing, two seconds apart. */
async function settle(workers: readonly Worker[], rounds = 4): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    for (const { shards } of workers) await shards.renew()
    world.clock.turn(2)
  }
}
async function holders(): Promise<Map<string, string>> {
  const now = new Date(world.clock.now()).toISOString()
  const rows = await world.transactions.read(t => t.leases.acrossTenantsFind({ id: { startsWith: 'shard:' }, until: { atLeast: now } }))
  return new Map(rows.map(row => [row.id, row.owner]))
}
const consumed = () => [...queue.consumers.values()].map(set => set.size)

it('a customer is in the same shard for ever', () => {
  // The published vectors of FNV-1a, 32 bit: 811c9dc5, e40c292c, bf9cf968.
  expect(['', 'a', 'foobar'].map(shardOf)).toEqual([0xc5 % 64, 0x2c % 64, 0x68 % 64])
})

it('customers spread over the shards', () => {
  const used = new Map<number, number>()
  for (let i = 0; i < 6400; i++) used.set(shardOf(`tenant-${i}`), (used.get(shardOf(`tenant-${i}`)) ?? 0) + 1)

  expect(used.size).toBe(SHARDS)
  expect(Math.max(...used.values())).toBeLessThan(200)
})

describe('sharing', () => {
  it.each([1, 2, 3])('is fair among %s, each shard with exactly one, each queue with one consumer', async n => {
    const workers = Array.from({ length: n }, (_, i) => worker(`w${i}`))

    await settle(workers)

    const held = await holders()
    expect(held.size).toBe(SHARDS)
    for (const { owner, shards } of workers) {
      expect(shards.shards).toBe([...held.values()].filter(one => one === owner).length)
      expect(shards.shards).toBeLessThanOrEqual(Math.ceil(SHARDS / n))
      expect(shards.shards).toBeGreaterThanOrEqual(SHARDS - (n - 1) * Math.ceil(SHARDS / n))
    }
    expect(consumed()).toEqual(Array(SHARDS).fill(1))
  })

  it('is fair again when one more comes and when one goes', async () => {
    const [a, b, c] = [worker('a'), worker('b'), worker('c')]
    await settle([a])
    await settle([a, b])
    expect([a.shards.shards, b.shards.shards]).toEqual([32, 32])
    await settle([a, b, c])
    expect([a, b, c].map(one => one.shards.shards).sort()).toEqual([20, 22, 22])

    await b.shards.stop()
    await settle([a, c])

    expect([a.shards.shards, b.shards.shards, c.shards.shards]).toEqual([32, 0, 32])
    expect(consumed()).toEqual(Array(SHARDS).fill(1))
  })

  it('gives the shards of one that died to the others, after its leases have run out', async () => {
    const [a, b] = [worker('a'), worker('b')]
    await settle([a, b])

    await settle([b], 3)
    expect(b.shards.shards).toBe(32)
    await settle([b], 3)

    expect(b.shards.shards).toBe(SHARDS)
    expect(new Set((await holders()).values())).toEqual(new Set(['b']))
  })

  it('makes one who slept too long drop what another took', async () => {
    const [a, b] = [worker('a'), worker('b')]
    await settle([a])
    world.clock.turn(9)
    await settle([b], 1)
    expect(b.shards.shards).toBe(SHARDS)

    await a.shards.renew()

    expect(a.shards.shards).toBe(0)
    expect(consumed()).toEqual(Array(SHARDS).fill(1))
  })

  it('leaves no shard behind that was taken when the database went away', async () => {
    let calls = 0
    const shaky: Transactions = {
      ...world.transactions,
      run: work => (++calls === 10 ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : world.transactions.run(work)),
    }
    const a = worker('a', shaky)
    await expect(a.shards.renew()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(a.shards.shards).toBeLessThan((await holders()).size)

    await settle([a], 2)

    expect(a.shards.shards).toBe(SHARDS)
    expect(consumed()).toEqual(Array(SHARDS).fill(1))
  })

  it('lets go of a shard even when its queue cannot be left', async () => {
    const [a, b] = [worker('a'), worker('b')]
    await settle([a])
    queue.leavingFails = true

    await settle([a, b])

    expect([a.shards.shards, b.shards.shards]).toEqual([32, 32])
    expect((await holders()).size).toBe(SHARDS)
  })
})

describe('judging', () => {
  it('is done by the holder, when told and when swept, each line once', async () => {
    const workers = [worker('a'), worker('b')]
    await settle(workers)
    const owner = (await holders()).get(`shard:${shardOf(world.uni.id)}`)!
    archive.write(world.uni.id, '一')
    await queue.tell(world.uni.id)
    archive.write(world.uni.id, '二')
    for (const { shards } of workers) await shards.sweep()
    for (const { shards } of workers) await shards.sweep()

    expect(judged).toEqual([`${owner} 一 as number 1`, `${owner} 二 as number 2`])
  })

  it('of one customer is never done twice at once', async () => {
    const a = worker('a')
    await settle([a])
    let running = 0
    let most = 0
    during = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>(resolve => setImmediate(resolve))
      running--
    }
    archive.write(world.uni.id, '一')

    await Promise.all([queue.tell(world.uni.id), a.shards.sweep(), queue.tell(world.uni.id)])

    expect(most).toBe(1)
    expect(judged).toHaveLength(1)
  })

  it('of one customer that fails does not stop the next, and is tried again from what was saved', async () => {
    const a = worker('a')
    await settle([a])
    archive.write(world.hos.id, '医院一')
    archive.write(world.uni.id, '大学一')
    during = line => {
      if (line === '医院一') throw new Error('no')
    }
    await a.shards.sweep()
    expect(judged).toEqual(['a 医院一 as number 1', 'a 大学一 as number 1'])
    during = () => undefined

    await a.shards.sweep()

    expect(judged.slice(2)).toEqual(['a 医院一 as number 1'])
  })

  it('goes on after a restart where it stopped, with its memory', async () => {
    const a = worker('a')
    await settle([a])
    archive.write(world.uni.id, '一', '二')
    await a.shards.sweep()
    await a.shards.stop()
    archive.write(world.uni.id, '三')
    const b = worker('b')
    await settle([b])

    await b.shards.sweep()

    expect(judged).toEqual(['a 一 as number 1', 'a 二 as number 2', 'b 三 as number 3'])
  })

  it('after a death goes on from what was saved, and judges the tail', async () => {
    const a = worker('a')
    await settle([a])
    archive.write(world.uni.id, '一')
    await a.shards.sweep()
    // The state is saved some seconds after what was judged.
    world.clock.turn(3)
    await a.shards.sweep()
    archive.write(world.uni.id, '二')
    world.clock.turn(9)
    const b = worker('b')
    await settle([b])

    await b.shards.sweep()

    expect(judged).toEqual(['a 一 as number 1', 'b 二 as number 2'])
  })

  it('of one who lost the shard meanwhile is thrown away: the successor’s state stays', async () => {
    const [a, b] = [worker('a'), worker('b')]
    await settle([a])
    archive.write(world.uni.id, '一')
    during = async () => {
      during = () => undefined
      world.clock.turn(9)
      await settle([b], 1)
      archive.write(world.uni.id, '二')
      await b.shards.sweep()
    }

    await a.shards.sweep()
    await a.shards.renew()
    await a.shards.sweep()

    expect(judged).toEqual(['a 一 as number 1', 'b 一 as number 1', 'b 二 as number 2'])
    world.clock.turn(3)
    await b.shards.sweep()
    const saved = await world.transactions.read(t => t.detectorStates.get(world.uni.id, world.uni.id))
    expect(saved).toMatchObject({ cursors: { f: 2 }, state: { count: 2 } })
  })
})
