import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { fakeScanEngines } from '../../tests/support/fake-scan-engines.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Sighting } from '../assets/observation.js'
import { silentLogger } from '../ports/logger.js'
import type { AuthorizationLetter } from '../tenants/tenant.js'
import { ImpactWatch } from './impact.js'
import { Pace } from './pace.js'
import { PatrolRunner } from './patrol-runner.js'
import { PatrolService } from './patrol-service.js'
import { StrategyService } from './strategy-service.js'

const letter: Omit<AuthorizationLetter, 'tenantId'> = {
  id: 'letter-1',
  number: 'AU-1',
  targets: ['10.20.0.0/24'],
  exclude: ['10.20.0.9'],
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2026-12-31T15:59:59.000Z',
  window: null,
  kinds: ['discovery', 'vulnerability'],
}

async function patrols(set: Partial<AuthorizationLetter> = {}, owner = 'w1') {
  const world = await openWorld()
  const { transactions, clock, secrets, uni } = world
  const engines = fakeScanEngines({ hosts: { '10.20.0.1': { 22: 'ssh', 6379: 'redis' }, '10.20.0.2': { 80: 'http' } } })
  await transactions.run(tx => tx.letters.insert({ ...letter, ...set, tenantId: uni.id }))
  const service = new PatrolService({ transactions, clock, engines })
  const told: Sighting[] = []
  const make = (name: string) =>
    new PatrolRunner({
      transactions,
      engines,
      secrets,
      clock,
      pace: { now: () => clock.now(), sleep: () => Promise.resolve() },
      logger: silentLogger,
      owner: name,
      sightings: { take: sighting => Promise.resolve(void told.push(sighting)) },
    })
  const runner = make(owner)
  return {
    ...world,
    engines,
    service,
    runner,
    make,
    told,
    async work(by = runner) {
      clock.turn(20)
      await by.takeUp()
      await by.settled()
    },
    run: (number: string) => transactions.read(async t => (await t.patrolRuns.first(uni.id, { number }))!),
    coverage: () => transactions.read(t => t.scanCoverage.find(uni.id, {})),
  }
}
const order = (
  w: { service: PatrolService } & World,
  targets: readonly string[],
  kind: 'discovery' | 'vulnerability' | 'weak_password' = 'discovery',
) => w.service.order(w.actor('zhang'), w.uni, { kind, targets })

describe('a patrol', () => {
  it('asks what the letter allows, says what it saw and what stayed silent', async () => {
    const w = await patrols()
    const run = await order(w, ['10.20.0.0/28'])
    await w.work()

    expect(run.plan).toMatchObject({ hosts: 13, excluded: 1, fits: 13, neverCovered: 0 })
    expect(await w.run(run.number)).toMatchObject({
      state: 'done',
      slicesDone: 1,
      receipt: { hostsSeen: 2, hostsSilent: 11, newHosts: ['10.20.0.1', '10.20.0.2'], before: 5 },
    })
    expect(w.engines.network.touched).not.toContain('10.20.0.9')
    expect(w.told).toMatchObject([{ run: run.number, seen: [{ address: '10.20.0.1' }, { address: '10.20.0.2' }] }])
    expect(w.told[0]?.silent).toHaveLength(11)
    expect(await w.announced()).toContain('patrol-finished')
    const rows = await w.coverage()
    expect(rows.find(row => row.host === '10.20.0.1' && row.outcome === 'found')?.ports).toBe('22/tcp 6379/tcp')
    expect(rows.filter(row => row.host === '10.20.0.5').every(row => row.outcome === 'unknown')).toBe(true)
  })

  it('nobody but the service orders one', async () => {
    const w = await patrols()
    await expect(w.service.order(w.actor('zhou'), w.uni, { kind: 'discovery', targets: ['10.20.0.1'] })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    })
    await expect(w.service.stop(w.actor('qian'), w.uni)).rejects.toMatchObject({ code: 'OTHER_TENANT' })
  })

  it('outside, own and rebinding targets are refused before any packet', async () => {
    const w = await patrols()
    w.engines.network.own = ['10.20.0.3']
    w.engines.network.names = { 'www.uni.example': ['10.20.0.1', '203.0.113.7'], 'own.uni.example': ['127.0.0.1'], 'none.example': [] }
    for (const target of [
      '10.21.0.1',
      '10.20.0.0/23',
      '10.20.0.9',
      '10.20.0.3',
      '127.0.0.1',
      'www.uni.example',
      'own.uni.example',
      'none.example',
      '-iL',
      '169.254.169.254',
    ])
      await expect(order(w, [target]), target).rejects.toMatchObject({ code: 'SCAN_OUT_OF_SCOPE' })
    await expect(order(w, ['10.20.0.1'], 'weak_password')).rejects.toMatchObject({ code: 'SCAN_OUT_OF_SCOPE' })
    expect(w.engines.network.touched).toEqual([])
  })

  it('a letter changed while it waits or works is heeded before the next packet', async () => {
    const w = await patrols()
    const run = await order(w, ['10.20.0.0/27'])
    let looks = 0
    w.engines.network.busy = async () => {
      if (++looks === 1) await w.transactions.run(tx => tx.letters.update(w.uni.id, {}, { exclude: ['10.20.0.16/28'] }))
    }
    await w.work()

    expect(await w.run(run.number)).toMatchObject({ state: 'partial' })
    expect(w.engines.network.touched.some(address => Number(address.split('.')[3]) > 17)).toBe(false)
  })

  it('waits for the window and stops before it closes', async () => {
    const w = await patrols({ window: '22:00-22:01' })
    const run = await order(w, ['10.20.0.0/24'])
    expect(run.startAt).toBe('2026-11-24T14:00:00.000Z')
    expect(run.plan.fits).toBeLessThan(run.plan.hosts)
    expect(run.plan.neverCovered).toBe(run.plan.hosts - run.plan.fits)
    await w.work()
    expect(w.engines.network.touched).toEqual([])

    w.clock.set('2026-11-24T14:00:50.000Z')
    await w.work()
    expect(w.engines.network.touched).toEqual([])
    expect(await w.run(run.number)).toMatchObject({ state: 'planned' })
  })

  it('anyone of the group stops it within five seconds, and it says so', async () => {
    const w = await patrols()
    const run = await order(w, ['10.20.0.1'])
    let aborted = false
    w.engines.network.busy = ({ signal }) =>
      new Promise(resolve => signal.addEventListener('abort', () => ((aborted = true), resolve()), { once: true }))
    w.clock.turn(20)
    await w.runner.takeUp()
    while ((await w.run(run.number)).state !== 'running') await sleep(20)
    await w.service.stop(w.actor('xu'), w.uni)
    const ended = await Promise.race([w.runner.settled().then(() => 'ended'), sleep(5000).then(() => 'late')])

    expect(ended).toBe('ended')
    expect(aborted).toBe(true)
    expect(await w.run(run.number)).toMatchObject({ state: 'stopped', why: '徐校长 要求停止' })
  }, 10_000)

  it('what waits ends at once when it is stopped', async () => {
    const w = await patrols({ window: '22:00-06:00' })
    const run = await order(w, ['10.20.0.1'])
    await w.service.stop(w.actor('xu'), w.uni)
    expect(await w.run(run.number)).toMatchObject({ state: 'stopped' })
  })

  it('without its positive control nothing of it counts', async () => {
    const w = await patrols()
    w.engines.network.blind = true
    const run = await order(w, ['10.20.0.1'], 'vulnerability')
    await w.work()

    expect(await w.run(run.number)).toMatchObject({ state: 'void' })
    expect(await w.coverage()).toEqual([])
    expect(w.told).toEqual([])
  })

  it('a slice whose worker died is done by another, the others are not repeated', async () => {
    const w = await patrols()
    const run = await order(w, ['10.20.0.0/27'])
    let looks = 0
    w.engines.network.busy = () => (++looks === 17 ? w.runner.stop() : Promise.resolve())
    w.clock.turn(20)
    await w.runner.takeUp()
    await new Promise(resolve => setTimeout(resolve, 300))
    w.engines.network.busy = undefined
    const before = w.engines.network.touched.length
    await w.work(w.make('w2'))

    expect(await w.run(run.number)).toMatchObject({ state: 'done', slicesDone: 2 })
    expect(w.engines.network.touched.slice(before)).not.toContain('10.20.0.1')
  })

  it('a customer whose network feels it is left alone', () => {
    const watch = new ImpactWatch([100, 102, 101])
    const feed = (time: number) => [time, time, time].map(sample => watch.judge(sample)).at(-1)
    expect(feed(140)).toBe('steady')
    expect(feed(170)).toBe('slow')
    expect([feed(400), feed(400)]).toContain('stop')
    const quick = new ImpactWatch([0.2])
    expect([1, 2, 3, 4].map(() => quick.judge(40))).not.toContain('slow')
  })

  it('probes leave no faster than told, whoever sends them', async () => {
    let now = 0
    const pace = new Pace(10, { now: () => now, sleep: ms => Promise.resolve(void (now += ms)) })
    const { signal } = new AbortController()
    for (let n = 0; n < 50; n++) await pace.take(1, signal)
    expect(now).toBeGreaterThanOrEqual(4900)
    expect(pace.peakPerSecond).toBeLessThanOrEqual(11)
    pace.slow()
    expect(pace.perSecond).toBe(5)
  })
})

describe('a strategy', () => {
  it('is a version that can be compared and taken back', async () => {
    const w = await openWorld()
    const strategies = new StrategyService(w.transactions)
    const zhang = w.actor('zhang')

    expect(await strategies.change(zhang, w.uni, { kind: 'vulnerability', everyDays: 14 }, '客户要求')).toMatchObject([
      expect.stringContaining('每 30 天'),
    ])
    expect((await strategies.current(w.uni)).version).toBe(1)
    await strategies.rollBack(zhang, w.uni, 0)
    expect((await strategies.current(w.uni)).patrols.find(item => item.kind === 'vulnerability')?.everyDays).toBe(30)
    expect(await strategies.history(w.uni)).toHaveLength(2)
    await expect(strategies.change(w.actor('li'), w.uni, { kind: 'discovery', everyDays: 1 }, '')).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    })
    await expect(strategies.change(zhang, w.uni, { kind: 'discovery', window: 'soon' }, '')).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })
})
