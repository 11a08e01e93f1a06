import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../../tests/support/memory-world.js'
import { HealthKeeper } from '../../events/health/health-keeper.js'
import { noteDropped } from '../../events/health/note-dropped.js'
import { SourceCheck } from '../../events/health/source-check.js'
import { instant } from '../../ports/clock.js'
import { silentLogger } from '../../ports/logger.js'
import type { Source } from '../../tenants/tenant.js'
import type { JobContext } from '../job.js'
import { watchSources } from './watch-sources.js'

let world: World
let source: Source
let keeper: HealthKeeper
beforeEach(async () => {
  world = await openWorld()
  source = { id: 'source-edge', tenantId: world.uni.id, name: 'edge', type: 'syslog', tokenHash: 'x'.repeat(64), networks: [] }
  await world.transactions.run(tx => tx.sources.insert(source))
  keeper = new HealthKeeper({ transactions: world.transactions, clock: world.clock, logger: silentLogger })
})

function event(set: { known?: boolean; behindSeconds?: number } = {}): void {
  const receivedAt = instant(world.clock.now())
  keeper.observe(
    world.uni.id,
    { sourceId: source.id, receivedAt },
    {
      '@timestamp': instant(world.clock.now() - (set.behindSeconds ?? 1) * 1000),
      event: { original: 'x', dataset: set.known === false ? 'unknown' : 'sshd' },
    },
  )
}
const watch = () =>
  watchSources.run({ tenant: world.uni, now: world.clock.now(), transactions: world.transactions } as unknown as JobContext)
const told = async () => (await world.announcements('source-blind')).map(row => [row.refs['source'], row.refs['problem']])
/** Minute by minute, as the service would run. */
async function minutes(count: number, each: () => void): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    each()
    await keeper.flush(true)
    await watch()
    world.clock.turn(60)
  }
}

describe('a source', () => {
  it('that spoke every minute and says nothing for a quarter of an hour is news once, and so is its return', async () => {
    await minutes(180, event)
    await minutes(14, () => undefined)
    expect(await told()).toEqual([])

    await minutes(20, () => undefined)
    expect(await told()).toEqual([['edge', 'silent']])
    expect(await new SourceCheck(world.transactions).states(world.uni.id)).toMatchObject([{ name: 'edge', problems: ['silent'] }])
    await minutes(2, event)

    expect(await told()).toHaveLength(1)
    expect((await world.announcements('source-seen')).map(row => row.refs['problem'])).toEqual(['silent'])
  })

  it('that speaks once in two hours is not missed after an hour', async () => {
    let minute = 0
    await minutes(60 * 14, () => {
      if (minute++ % 120 === 0) event()
    })

    expect(await told()).toEqual([])
  })

  it('is not blamed for the time the service itself was away', async () => {
    await minutes(180, event)
    world.clock.turn(3 * 3600)
    await minutes(10, () => undefined)

    expect(await told()).toEqual([])
  })

  it('of which more than a twentieth is not understood is news', async () => {
    for (let line = 0; line < 100; line += 1) event({ known: line % 10 !== 0 })
    await keeper.flush(true)
    await watch()
    await watch()

    expect(await told()).toEqual([['edge', 'unparsed']])
    expect((await world.announcements('source-blind'))[0]?.refs['share']).toBe('10')
  })

  it('with few strange lines is not', async () => {
    for (let line = 0; line < 100; line += 1) event({ known: line % 25 !== 0 })
    await keeper.flush(true)
    await watch()

    expect(await told()).toEqual([])
  })

  it.each([
    [400, [['edge', 'skewed']]],
    [-400, [['edge', 'skewed']]],
    [200, []],
    // An old file that is read in.
    [40 * 86_400, []],
  ])('whose lines are %s seconds behind: %j', async (behindSeconds, expected) => {
    for (let line = 0; line < 20; line += 1) event({ behindSeconds })
    await keeper.flush(true)
    await watch()

    expect(await told()).toEqual(expected)
  })

  it('that lost messages before the archive is news, once for each loss', async () => {
    await Promise.all([noteDropped(world, source, 5), noteDropped(world, source, 7)])
    await watch()
    await watch()

    expect((await world.announcements('source-blind')).map(row => [row.refs['problem'], row.refs['count']])).toEqual([['dropped', '12']])
  })

  it('of another customer is not seen', async () => {
    for (let line = 0; line < 100; line += 1) event({ known: false })
    await keeper.flush(true)
    await watchSources.run({ tenant: world.hos, now: world.clock.now(), transactions: world.transactions } as unknown as JobContext)

    expect(await told()).toEqual([])
    expect(await new SourceCheck(world.transactions).states(world.hos.id)).toEqual([])
  })
})

it('what could not be written is written with the next, and a source taken away is forgotten', async () => {
  event()
  const broken = { ...world.transactions, run: () => Promise.reject(new Error('away')) }
  const away = new HealthKeeper({ transactions: broken, clock: world.clock, logger: silentLogger })
  away.observe(
    world.uni.id,
    { sourceId: source.id, receivedAt: instant(world.clock.now()) },
    {
      '@timestamp': instant(world.clock.now()),
      event: { original: 'x', dataset: 'sshd' },
    },
  )
  await away.flush(true)
  await keeper.flush(true)
  await watch()
  expect(await world.transactions.read(t => t.sourceHealth.count(world.uni.id, {}))).toBe(1)

  await world.transactions.run(tx => tx.sources.remove(world.uni.id, { id: source.id }))
  await watch()

  expect(await world.transactions.read(t => t.sourceHealth.count(world.uni.id, {}))).toBe(0)
})
