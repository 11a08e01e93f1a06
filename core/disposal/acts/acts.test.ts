// Acts other than blocking, from agreement to undoing, by the real executor on fakes of the ports.
import { beforeEach, expect, it } from 'vitest'
import { FakeFirewall } from '../../../tests/support/fake-firewall.js'
import { openWorld, type World } from '../../../tests/support/memory-world.js'
import { AppError } from '../../errors.js'
import { silentLogger } from '../../ports/logger.js'
import type { Host } from '../../ports/host.js'
import type { Switch } from '../../ports/switch.js'
import { actions, onDevice, type DisposalAction } from '../actions.js'
import type { Disposal } from '../disposal.js'
import { DisposalExecutor } from '../disposal-executor.js'
import { DisposalService } from '../disposal-service.js'
import { SharedListing } from './shared-listing.js'

class FakeDevices extends FakeFirewall {
  readonly shut = new Set<string>()
  readonly quarantined = new Map<string, string>()
  failures = 0

  override switch(): Switch {
    const receipt = (words: string) => Promise.resolve({ commands: [words], answer: 'ok' })
    return {
      plan: port => Promise.resolve([`shut ${port}`]),
      state: port => Promise.resolve({ port, enabled: !this.shut.has(port), linkUp: !this.shut.has(port) }),
      shut: port => {
        this.shut.add(port)
        return this.failures-- > 0
          ? Promise.reject(new AppError('DEVICE_UNREACHABLE', { device: 'sw1', answer: 'dropped' }))
          : receipt(`shut ${port}`)
      },
      open: port => {
        this.shut.delete(port)
        return receipt(`open ${port}`)
      },
    }
  }

  override host(): Host {
    return {
      plan: () => Promise.resolve([]),
      before: () => Promise.resolve({ sha256: 'a'.repeat(64) }),
      perform: (order, _, before) => {
        if (order.action === 'quarantine_file') this.quarantined.set(order.path, before['sha256'] ?? '')
        return Promise.resolve({ commands: [order.action], answer: 'ok' })
      },
      look: order =>
        Promise.resolve({ holds: order.action !== 'quarantine_file' || this.quarantined.has(order.path), answer: order.action }),
      undo: order => {
        if (order.action === 'quarantine_file') this.quarantined.delete(order.path)
        return Promise.resolve({ commands: ['undo'], answer: 'ok' })
      },
    }
  }
}

let world: World
let devices: FakeDevices
let executor: DisposalExecutor
beforeEach(async () => {
  world = await openWorld()
  devices = new FakeDevices()
  executor = new DisposalExecutor({
    transactions: world.transactions,
    devices,
    clock: world.clock,
    logger: silentLogger,
    owner: 'worker-1',
  })
})

/** A request that was agreed, of any action, on a device of that kind. */
async function agreed(action: DisposalAction, kind: string, change: Partial<Disposal> = {}): Promise<Disposal> {
  const service = new DisposalService(world.transactions)
  const { disposal } = await service.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: '203.0.113.7', seconds: 3600 })
  const set = {
    action,
    target: 'GE0/0/1',
    deviceId: 'device-x',
    state: 'approved',
    decidedBy: 'li',
    nextTryAt: disposal.proposedAt,
    ...change,
  } as const
  await world.transactions.run(async tx => {
    await tx.devices.insert({ ...world.device, id: 'device-x', name: 'x', kind })
    await tx.disposals.update(world.uni.id, { id: disposal.id }, set)
  })
  return { ...disposal, ...set }
}
const stored = async ({ id }: Disposal) => (await world.transactions.read(t => t.disposals.get(world.uni.id, id)))!

it('a port is shut, read back, and opened when its lease is over', async () => {
  const disposal = await agreed('isolate_port', 'switch-snmp')

  await executor.runDue()
  expect(await stored(disposal)).toMatchObject({ state: 'verified', leaseUntil: '2026-11-24T03:00:00.000Z' })
  expect([...devices.shut]).toEqual(['GE0/0/1'])

  world.clock.turn(3600)
  await executor.runDue()
  expect(await stored(disposal)).toMatchObject({ state: 'released' })
  expect(devices.shut.size).toBe(0)
})

it('a port that somebody else has shut is left shut', async () => {
  devices.shut.add('GE0/0/1')
  const disposal = await agreed('isolate_port', 'switch-vrp')

  await executor.runDue()
  await executor.runDue()

  expect(await stored(disposal)).toMatchObject({ state: 'failed', leaseUntil: null, nextTryAt: null })
  expect([...devices.shut]).toEqual(['GE0/0/1'])
})

it('a port that was shut by a try whose answer was lost is opened in the end', async () => {
  devices.failures = 3
  const disposal = await agreed('isolate_port', 'switch-vrp')

  for (let i = 0; i < 4; i++) {
    await executor.runDue()
    world.clock.turn(10)
  }

  expect(await stored(disposal)).toMatchObject({ state: 'failed', nextTryAt: null, releasedAt: expect.any(String) as string })
  expect(devices.shut.size).toBe(0)
})

it('a file stays in quarantine until somebody takes it back', async () => {
  const disposal = await agreed('quarantine_file', 'host-ssh', { parameters: { path: '/tmp/x.sh' } })

  await executor.runDue()
  expect(await stored(disposal)).toMatchObject({ state: 'verified', leaseUntil: null, nextTryAt: null })
  expect((await stored(disposal)).receipts[0]).toMatchObject({ action: 'prepare', before: { sha256: 'a'.repeat(64) } })

  await new DisposalService(world.transactions).undo(world.actor('li'), world.uni.id, { number: disposal.number })
  await executor.runDue()
  expect(await stored(disposal)).toMatchObject({ state: 'released' })
  expect(devices.quarantined.size).toBe(0)
})

it.each([
  ['kill_process', 'host-ssh', { pid: 1 }],
  ['quarantine_file', 'host-ssh', { path: 'relative' }],
  ['quarantine_file', 'host-ssh', null],
  ['disable_account', 'host-ssh', { account: 'x; reboot' }],
  ['snapshot_evidence', 'host-ssh', { paths: [] }],
  ['isolate_port', 'nftables', null],
  ['block_domain', 'host-ssh', null],
] as const)('%s on %s with %j is not done', async (action, kind, parameters) => {
  const disposal = await agreed(action, kind, { parameters })

  await executor.runDue()

  expect(await stored(disposal)).toMatchObject({ state: 'failed', nextTryAt: null, executedAt: null })
})

it('the catalogue is whole: what ends by itself has a time, what a device does has a port', () => {
  for (const [action, row] of Object.entries(actions)) {
    if (row.leased) expect(row.defaultSeconds, action).toBeGreaterThan(0)
    expect(row.label, action).not.toBe('')
  }
  expect(Object.keys(actions).filter(action => onDevice(action as DisposalAction))).toEqual([
    'block_ip',
    'isolate_port',
    'kill_process',
    'quarantine_file',
    'disable_account',
    'snapshot_evidence',
  ])
})

it('a list whose reading began before the question does not answer it', async () => {
  const listing = new SharedListing<number>()
  let reads = 0
  const release: (() => void)[] = []
  const read = () => new Promise<number>(resolve => release.push(() => resolve(++reads)))

  const first = listing.fresh(read)
  await Promise.resolve()
  await Promise.resolve()
  const second = listing.fresh(read)
  const third = listing.fresh(read)
  release[0]!()
  expect(await first).toBe(1)
  while (release.length < 2) await Promise.resolve()
  release[1]!()

  expect(await Promise.all([second, third])).toEqual([2, 2])
  expect(reads).toBe(2)
})
