import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { TimerService } from '../clocks/timer-service.js'
import { silentLogger } from '../ports/logger.js'
import { TicketChanges } from '../tickets/ticket-changes.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AssetRegister } from './asset-register.js'
import { normalMac, type Observed } from './observed.js'

let world: World
let register: AssetRegister

beforeEach(async () => {
  world = await openWorld()
  register = new AssetRegister(world.transactions)
})

const host = (address: string, more: Partial<Observed> = {}): Observed => ({
  address,
  mac: null,
  hostKey: null,
  certificate: null,
  hostName: null,
  services: [],
  seenAt: new Date(world.clock.now()).toISOString(),
  ...more,
})
const MAC1 = '3c:52:82:00:00:01'
const MAC2 = '3c:52:82:00:00:02'
const see = async (run: string, seen: Observed[], silent: string[] = []) =>
  register.see({ tenantId: world.uni.id, run, seen, silent }, { from: '巡检', by: 'system' })
const assets = () => world.transactions.read(t => t.assets.find(world.uni.id, {}, { order: { id: 'asc' } }))
const ssh = { port: 22, protocol: 'tcp' as const, name: 'ssh', product: 'OpenSSH', version: '9.2', banner: 'SSH-2.0-OpenSSH_9.2', cpe: [] }

describe('who an observation is', () => {
  it('follows a machine by its MAC, its host key, its cloud id to another address', async () => {
    const machines = [{ mac: MAC1 }, { hostKey: 'SHA256:aaa' }, { cloudId: 'i-1' }]
    const first = await see(
      'r1',
      machines.map((more, n) => host(`10.0.0.${n + 1}`, more)),
    )
    const second = await see(
      'r2',
      machines.map((more, n) => host(`10.0.1.${n + 1}`, more)),
    )

    expect(second).toMatchObject({ created: 0, assetIds: first.assetIds })
    expect((await assets()).map(({ address }) => address).sort()).toEqual(['10.0.1.1', '10.0.1.2', '10.0.1.3'])
    expect((await assets()).find(({ address }) => address === '10.0.1.1')?.addresses.map(({ address }) => address)).toEqual([
      '10.0.1.1',
      '10.0.0.1',
    ])
  })

  it('is somebody new where another machine has taken the address', async () => {
    await see('r1', [host('10.0.0.1', { mac: MAC1, hostName: 'old' })])
    await see('r2', [host('10.0.0.1', { mac: MAC2, hostName: 'new' })])

    expect((await assets()).map(({ hostname, address }) => [hostname, address])).toEqual([
      ['old', ''],
      ['new', '10.0.0.1'],
    ])
  })

  it('does not mistake a newcomer for who has just moved away', async () => {
    await see('r1', [host('10.0.0.1', { mac: MAC1 })])
    const { assetIds } = await see('r2', [host('10.0.0.1'), host('10.0.0.9', { mac: MAC1 })])

    const [moved, newcomer] = await assets()
    expect(assetIds).toEqual([newcomer?.id, moved?.id])
    expect([moved?.address, newcomer?.address]).toEqual(['10.0.0.9', '10.0.0.1'])
  })

  it.each([
    ['a router’s MAC', [{ mac: MAC1 }, { mac: MAC1 }, { mac: MAC1 }]],
    ['a cloned image’s host key', [{ hostKey: 'SHA256:x' }, { hostKey: 'SHA256:x' }, { hostKey: 'SHA256:x' }]],
    ['a farm’s certificate', [{ certificate: 'ab' }, { certificate: 'ab' }, { certificate: 'ab' }]],
    [
      'the same MAC behind a router, own host keys',
      [
        { mac: MAC1, hostKey: 'a' },
        { mac: MAC1, hostKey: 'b' },
        { mac: MAC1, hostKey: 'c' },
      ],
    ],
    ['the same private address of three segments', [{ segment: 'A' }, { segment: 'B' }, { segment: 'C' }]],
  ])('does not merge by %s, seen at once or one after the other', async (_, machines) => {
    const at = (n: number) => ('segment' in machines[n]! ? '10.0.0.1' : `10.0.0.${n + 1}`)
    await see('r1', [host(at(0), machines[0])])
    await see(
      'r2',
      machines.map((more, n) => host(at(n), more)),
    )
    await see(
      'r3',
      [...machines].reverse().map((more, n) => host(at(2 - n), more)),
    )

    expect(await assets()).toHaveLength(3)
  })

  it('knows two addresses of one machine by MAC and host key together', async () => {
    const both = { mac: MAC1, hostKey: 'SHA256:x' }
    await see('r1', [host('10.0.0.1', both)])
    await see('r2', [host('10.0.0.1', both), host('10.0.0.2', both)])

    const [only, another] = await assets()
    expect(another).toBeUndefined()
    expect(only?.address).toBe('10.0.0.1')
    expect(only?.addresses.map(({ address }) => address).sort()).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it('stays itself after it was set up anew, or got another network card', async () => {
    await see('r1', [host('10.0.0.1', { mac: MAC1, hostKey: 'a' }), host('10.0.0.2', { mac: MAC2, hostKey: 'b' })])
    await see('r2', [host('10.0.0.1', { mac: MAC1, hostKey: 'c' }), host('10.0.0.2', { mac: '3c:52:82:00:00:09', hostKey: 'b' })])

    expect(await assets()).toHaveLength(2)
  })

  it('never takes two machines with MACs of their own for one, whatever else they share and in whatever order they come', async () => {
    const machine = fc.record({
      n: fc.integer({ min: 0, max: 5 }),
      address: fc.integer({ min: 1, max: 6 }),
      hostKey: fc.constantFrom(null, 'k1', 'k2'),
      certificate: fc.constantFrom(null, 'c1'),
    })
    const mac = (n: number) => `3c:52:82:00:01:0${n}`
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(machine, { selector: ({ n }) => n, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        async rounds => {
          const fresh = await openWorld()
          const taking = new AssetRegister(fresh.transactions)
          const holder = new Map<string, number>()
          for (const [index, round] of rounds.entries()) {
            const unique = [...new Map(round.map(item => [item.address, item])).values()]
            const { assetIds } = await taking.see(
              {
                tenantId: fresh.uni.id,
                run: `r${index}`,
                seen: unique.map(({ n, address, ...more }) => host(`10.0.0.${address}`, { mac: mac(n), ...more })),
                silent: [],
              },
              { from: '巡检', by: 'system' },
            )
            for (const [at, id] of assetIds.entries()) {
              expect(holder.get(id!) ?? unique[at]!.n).toBe(unique[at]!.n)
              holder.set(id!, unique[at]!.n)
            }
          }
        },
      ),
      { numRuns: 15, seed: 7 },
    )
  }, 30_000)

  it('reads MACs in every notation and refuses those that name nobody', () => {
    expect([normalMac('3C-52-82-00-00-01'), normalMac('3c52.8200.0001')]).toEqual([MAC1, MAC1])
    expect(['00:00:5e:00:01:0a', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '6a:52:82:00:00:01', 'x'].map(normalMac)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    )
    expect(normalMac('52:54:00:12:34:56')).toBe('52:54:00:12:34:56')
  })
})

describe('what becomes of an asset', () => {
  it('keeps services from first to last sight, closed only by an answer', async () => {
    await see('r1', [host('10.0.0.1', { services: [ssh, { ...ssh, port: 6379, name: 'redis', product: 'Redis', version: '' }] })])
    world.clock.turn(3600)
    await see('r2', [host('10.0.0.1', { services: [{ ...ssh, product: '', version: '', banner: '' }] })])
    await see('r3', [host('10.0.0.1', { closed: [{ port: 6379, protocol: 'tcp' }] })])

    const services = await world.transactions.read(t => t.assetServices.find(world.uni.id, {}, { order: { port: 'asc' } }))
    expect(services).toMatchObject([
      {
        port: 22,
        product: 'OpenSSH',
        version: '9.2',
        firstSeenAt: '2026-11-24T02:00:00.000Z',
        lastSeenAt: '2026-11-24T03:00:00.000Z',
        closedAt: null,
      },
      { port: 6379, product: 'Redis', closedAt: '2026-11-24T03:00:00.000Z' },
    ])
  })

  it('is lost after three runs that asked, not by slices of one run and not by silence that was no answer; it is never deleted and comes back', async () => {
    await see('r1', [host('10.0.0.1')])
    for (const run of ['r2', 'r2', 'r2', 'r3']) await see(run, [], ['10.0.0.1'])
    for (const run of ['x1', 'x2', 'x3']) await see(run, [], ['10.0.0.2'])
    expect(await assets()).toMatchObject([{ status: 'unclaimed', missedRounds: 2 }])

    const { lost } = await see('r4', [], ['10.0.0.1'])
    expect(lost).toBe(1)
    expect(await assets()).toMatchObject([{ status: 'lost' }])

    await see('r5', [host('10.0.0.1')])
    expect(await assets()).toMatchObject([{ status: 'unclaimed', missedRounds: 0 }])
  })

  it('is announced once, and a shadow asset when nobody claims it within a day', async () => {
    const timers = new TimerService({
      transactions: world.transactions,
      changes: new TicketChanges(world.transactions),
      clock: world.clock,
      logger: silentLogger,
    })
    await see('r1', [host('10.0.0.1'), host('10.0.0.2')])
    await see('r1', [host('10.0.0.1'), host('10.0.0.2')])
    world.clock.turn(86_399)
    await timers.runDue()
    expect((await assets()).map(({ status }) => status)).toEqual(['unclaimed', 'unclaimed'])

    world.clock.turn(1)
    await timers.runDue()

    expect((await assets()).map(({ status }) => status)).toEqual(['shadow', 'shadow'])
    expect(await world.announced()).toEqual(['assets-found', 'shadow-assets'])
  })

  it('belongs to one customer only', async () => {
    await see('r1', [host('10.0.0.1', { mac: MAC1 })])
    await register.see(
      { tenantId: world.hos.id, run: 'r1', seen: [host('10.0.0.1', { mac: MAC1 })], silent: [] },
      { from: '巡检', by: 'system' },
    )

    expect(await assets()).toHaveLength(1)
    expect(await world.transactions.read(t => t.assets.find(world.hos.id, {}))).toHaveLength(1)
  })
})
