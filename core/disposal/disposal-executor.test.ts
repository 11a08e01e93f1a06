import { beforeEach, describe, expect, it } from 'vitest'
import { FakeFirewall } from '../../tests/support/fake-firewall.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { silentLogger } from '../ports/logger.js'
import type { Incident } from '../threats/incident.js'
import { DisposalExecutor } from './disposal-executor.js'
import type { Disposal } from './disposal.js'
import { DisposalService } from './disposal-service.js'

const IP = '203.0.113.7'
const HOUR = 3600
let world: World
let firewall: FakeFirewall
let service: DisposalService
let executor: DisposalExecutor

beforeEach(async () => {
  world = await openWorld()
  firewall = new FakeFirewall()
  service = new DisposalService(world.transactions)
  executor = anotherExecutor('worker-1')
})

const anotherExecutor = (owner: string) =>
  new DisposalExecutor({ transactions: world.transactions, devices: firewall, clock: world.clock, logger: silentLogger, owner })

async function requested(seconds = HOUR): Promise<{ disposal: Disposal; incident: Incident }> {
  const { incident } = await world.incident()
  const { disposal } = await service.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: IP, seconds })
  return { disposal, incident }
}
async function approved(seconds = HOUR): Promise<{ disposal: Disposal; incident: Incident }> {
  const made = await requested(seconds)
  await service.decide(world.actor('li'), world.uni.id, made.disposal.number, true)
  return made
}
async function verified(): Promise<{ disposal: Disposal; incident: Incident }> {
  const made = await approved()
  await executor.runDue()
  firewall.calls.length = 0
  return made
}
const stored = async ({ id }: Disposal) => (await world.transactions.read(t => t.disposals.get(world.uni.id, id)))!
const ticketState = async (incident: Incident) => (await world.ticketOf(incident)).state
const undo = (disposal: Disposal) => service.undo(world.actor('li'), world.uni.id, { number: disposal.number })
const told = async (kind: string) => (await world.announcements(kind)).length

/** Turns the clock on to the next try and does it, so often. */
async function tries(disposal: Disposal, n: number, by = executor): Promise<void> {
  for (let i = 0; i < n; i++) {
    const { nextTryAt } = await stored(disposal)
    if (nextTryAt !== null && Date.parse(nextTryAt) > world.clock.now()) world.clock.set(nextTryAt)
    await by.runDue()
  }
}

/** What `call` was about to do never happens, and neither does anything after it: the process was killed there. */
function dieAt(call: 'block' | 'unblock' | 'list', reached: () => void): void {
  firewall.before = now => {
    if (now !== call) return undefined
    firewall.before = () => undefined
    reached()
    return new Promise<void>(() => undefined)
  }
}
async function killedAt(call: 'block' | 'unblock' | 'list', executing: DisposalExecutor): Promise<void> {
  await new Promise<void>(resolve => {
    dieAt(call, resolve)
    void executing.runDue()
  })
}

describe('a block that was agreed', () => {
  it('is put on the device, read back, told, and the ticket is contained', async () => {
    const { disposal, incident } = await approved()

    expect(await executor.runDue()).toBe(1)

    expect(firewall.calls).toEqual([`block ${IP}`, 'list'])
    expect(firewall.rules.get(IP)).toMatchObject({ reference: disposal.number, ttlSeconds: HOUR })
    expect(await stored(disposal)).toMatchObject({
      state: 'verified',
      leaseUntil: '2026-11-24T03:00:00.000Z',
      nextTryAt: '2026-11-24T03:00:00.000Z',
      claimedBy: null,
      attempts: 0,
      receipts: [
        { action: 'block', ok: true, device: 'fw1' },
        { action: 'verify', ok: true },
      ],
    })
    expect(await ticketState(incident)).toBe('eradicating')
    expect(await told('block-verified')).toBe(1)
    expect(await executor.runDue()).toBe(0)
  })

  it('is lifted when its time is over, not before, and read back', async () => {
    const { disposal } = await verified()

    world.clock.turn(HOUR - 1)
    expect(await executor.runDue()).toBe(0)
    world.clock.turn(1)
    await executor.runDue()

    expect(firewall.calls).toEqual([`unblock ${IP}`, 'list'])
    expect(await stored(disposal)).toMatchObject({ state: 'released', nextTryAt: null, releasedAt: '2026-11-24T03:00:00.000Z' })
    expect(await told('block-lifted')).toBe(1)
    expect(await executor.runDue()).toBe(0)
  })

  it('is lifted at once when it is taken back', async () => {
    const { disposal } = await verified()
    await undo(disposal)

    await executor.runDue()

    expect(firewall.rules.size).toBe(0)
    expect((await stored(disposal)).state).toBe('released')
  })

  it('is done once by two workers who look at the same moment', async () => {
    await approved()

    await Promise.all([executor.runDue(), anotherExecutor('worker-2').runDue()])

    expect(firewall.calls).toEqual([`block ${IP}`, 'list'])
  })
})

describe('a request nobody answers', () => {
  it('runs out, is told, and the ticket goes back', async () => {
    const { disposal, incident } = await requested()
    world.clock.turn(1799)
    expect(await executor.runDue()).toBe(0)

    world.clock.turn(1)
    await executor.runDue()

    expect(firewall.calls).toEqual([])
    expect(await stored(disposal)).toMatchObject({ state: 'expired', nextTryAt: null, claimedBy: null })
    expect(await ticketState(incident)).toBe('confirmed')
    expect(await told('approval-expired')).toBe(1)
  })

  it('does not take the ticket from the request that followed it', async () => {
    const { incident } = await requested()
    world.clock.turn(1800)
    const { disposal: second } = await service.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: IP, seconds: HOUR })
    await executor.runDue()

    await service.decide(world.actor('li'), world.uni.id, second.number, true)
    await executor.runDue()

    expect(await ticketState(incident)).toBe('eradicating')
  })
})

describe('a device that does not do what it should', () => {
  it('unreachable once is tried again', async () => {
    const { disposal } = await approved()
    firewall.failNext('block', 1)

    await executor.runDue()
    expect(await stored(disposal)).toMatchObject({
      state: 'executing',
      attempts: 1,
      error: 'DEVICE_UNREACHABLE',
      nextTryAt: '2026-11-24T02:00:02.000Z',
    })
    await tries(disposal, 1)

    expect(await stored(disposal)).toMatchObject({ state: 'verified', attempts: 0, error: null, leaseUntil: '2026-11-24T03:00:00.000Z' })
    expect(firewall.rules.get(IP)?.ttlSeconds).toBe(HOUR - 2)
  })

  it('unreachable three times is given up, told, cleaned up', async () => {
    const { disposal, incident } = await approved()
    firewall.failNext('block', 3)

    await tries(disposal, 3)
    expect(await stored(disposal)).toMatchObject({ state: 'failed', releaseWanted: '执行失败，清理' })
    expect(await ticketState(incident)).toBe('confirmed')
    expect(await told('disposal-failed')).toBe(1)
    await tries(disposal, 1)

    expect(firewall.calls).toEqual([`block ${IP}`, `block ${IP}`, `block ${IP}`, `unblock ${IP}`, 'list'])
    expect(await stored(disposal)).toMatchObject({
      state: 'failed',
      error: 'DEVICE_UNREACHABLE',
      nextTryAt: null,
      releasedAt: expect.any(String) as string,
    })
    expect(await told('block-lifted')).toBe(0)
  })

  it('saying yes and doing nothing is given up after three tries as well', async () => {
    const { disposal, incident } = await approved()
    firewall.ignoresBlocks = true

    await tries(disposal, 3)

    expect(firewall.calls.filter(call => call.startsWith('block'))).toHaveLength(3)
    expect(await stored(disposal)).toMatchObject({ state: 'failed', error: `DEVICE_REFUSED ${IP} 不在设备的封禁列表里` })
    expect(await ticketState(incident)).toBe('confirmed')
    expect(await told('disposal-failed')).toBe(1)
    expect(await told('block-verified')).toBe(0)
  })

  it('blocked by a try that failed halfway is clean in the end', async () => {
    const { disposal } = await approved()
    firewall.failNext('list', 3)

    await tries(disposal, 3)
    expect(firewall.rules.has(IP)).toBe(true)
    await tries(disposal, 1)

    expect(firewall.rules.has(IP)).toBe(false)
    expect((await stored(disposal)).state).toBe('failed')
  })

  it('not lifting is told at the third failure, once, and tried for ever, at most five seconds apart', async () => {
    const { disposal } = await verified()
    firewall.failNext('unblock', 20)

    await tries(disposal, 2)
    expect(await told('lift-failed')).toBe(0)
    await tries(disposal, 1)
    expect(await told('lift-failed')).toBe(1)
    await tries(disposal, 17)
    const late = await stored(disposal)
    expect(late).toMatchObject({ state: 'verified', attempts: 20 })
    expect(Date.parse(late.nextTryAt!) - world.clock.now()).toBe(5000)
    await tries(disposal, 1)

    expect(firewall.rules.has(IP)).toBe(false)
    expect(await stored(disposal)).toMatchObject({ state: 'released', error: null })
    expect(await told('lift-failed')).toBe(1)
  })

  it('listing the address after it was lifted has not lifted it', async () => {
    const { disposal } = await verified()
    await undo(disposal)
    const order = firewall.rules.get(IP)!
    firewall.before = call => {
      if (call === 'list') firewall.rules.set(IP, order)
    }

    await executor.runDue()
    expect(await stored(disposal)).toMatchObject({ state: 'verified', attempts: 1, error: 'DEVICE_REFUSED 解除后设备列表里仍有该地址' })
    firewall.before = () => undefined
    await tries(disposal, 1)

    expect((await stored(disposal)).state).toBe('released')
  })

  it('no longer declared does not stop the others, is told at the third failure and never forgotten', async () => {
    const { disposal } = await verified()
    await world.transactions.run(tx => tx.devices.remove(world.uni.id, { id: world.device.id }))
    await undo(disposal)

    await tries(disposal, 3)

    expect(await stored(disposal)).toMatchObject({
      state: 'verified',
      attempts: 3,
      error: 'NO_DEVICE',
      nextTryAt: expect.any(String) as string,
    })
    expect(await told('lift-failed')).toBe(1)
  })
})

describe('a worker that dies', () => {
  it('before the device answered is followed by another once its claim has run out', async () => {
    const { disposal } = await approved()
    await killedAt('block', executor)
    const other = anotherExecutor('worker-2')

    world.clock.turn(7)
    expect(await other.runDue()).toBe(0)
    expect(await stored(disposal)).toMatchObject({ state: 'executing', claimedBy: 'worker-1', leaseUntil: '2026-11-24T03:00:00.000Z' })
    world.clock.turn(1)
    await other.runDue()

    expect(await stored(disposal)).toMatchObject({ state: 'verified', leaseUntil: '2026-11-24T03:00:00.000Z', claimedBy: null })
    expect(firewall.rules.get(IP)?.ttlSeconds).toBe(HOUR - 8)
  })

  it('between the block and the look is followed by a look, not by another block', async () => {
    const { disposal, incident } = await approved()
    await killedAt('list', executor)
    expect((await stored(disposal)).state).toBe('succeeded')
    firewall.calls.length = 0
    world.clock.turn(8)

    await anotherExecutor('worker-2').runDue()

    expect(firewall.calls).toEqual(['list'])
    expect((await stored(disposal)).state).toBe('verified')
    expect(await ticketState(incident)).toBe('eradicating')
    expect(await told('block-verified')).toBe(1)
  })

  it('while lifting is followed by another that lifts', async () => {
    const { disposal } = await verified()
    await undo(disposal)
    await killedAt('unblock', executor)
    world.clock.turn(8)

    await anotherExecutor('worker-2').runDue()

    expect((await stored(disposal)).state).toBe('released')
    expect(firewall.rules.size).toBe(0)
  })

  it.each(['block', 'list'] as const)(
    'at %s with everybody down until the lease is over: lifted at once on start, never blocked again',
    async call => {
      const { disposal, incident } = await approved()
      await killedAt(call, executor)
      firewall.calls.length = 0
      world.clock.turn(HOUR)

      await anotherExecutor('worker-2').runDue()

      expect(firewall.calls).toEqual([`unblock ${IP}`, 'list'])
      expect(await stored(disposal)).toMatchObject({ state: 'released', nextTryAt: null })
      expect(await told('block-verified')).toBe(0)
      expect(await ticketState(incident)).toBe('confirmed')
    },
  )

  it('or sleeps past the end of a verified block: lifted at once', async () => {
    const { disposal } = await verified()
    world.clock.turn(10 * HOUR)

    await anotherExecutor('worker-2').runDue()

    expect(await stored(disposal)).toMatchObject({ state: 'released', releasedAt: '2026-11-24T12:00:00.000Z' })
  })
})

describe('taking back while the device is busy', () => {
  it.each(['block', 'list'] as const)('at %s is not overwritten by what the device answers', async call => {
    const { disposal } = await approved()
    firewall.before = async now => {
      if (now !== call) return
      firewall.before = () => undefined
      await undo(disposal)
    }

    await executor.runDue()
    expect(await stored(disposal)).toMatchObject({ releaseWanted: '李工（客户授权人）', nextTryAt: '2026-11-24T02:00:00.000Z' })
    await executor.runDue()

    expect(firewall.rules.size).toBe(0)
    expect((await stored(disposal)).state).toBe('released')
  })

  it('between two tries ends the trying, and the ticket can be worked on', async () => {
    const { disposal, incident } = await approved()
    firewall.failNext('block', 1)
    await executor.runDue()
    await undo(disposal)

    await executor.runDue()

    expect(firewall.calls).toEqual([`block ${IP}`, `unblock ${IP}`, 'list'])
    expect((await stored(disposal)).state).toBe('released')
    expect(await ticketState(incident)).toBe('confirmed')
  })

  it('reaches a worker that had the row in its hands before', async () => {
    const { disposal } = await approved()
    const { disposal: earlier } = await service.proposeBlock(world.actor('zhang'), {
      tenantId: world.uni.id,
      ip: '203.0.113.1',
      seconds: HOUR,
    })
    await world.transactions.run(tx =>
      tx.disposals.update(world.uni.id, { id: earlier.id }, { state: 'approved', decidedBy: 'li', nextTryAt: '2026-11-24T01:59:00.000Z' }),
    )
    world.clock.turn(1)
    firewall.before = async call => {
      if (call !== 'block') return
      firewall.before = () => undefined
      await undo(disposal)
    }

    await executor.runDue()
    await executor.runDue()

    expect(firewall.calls.filter(call => call === `block ${IP}`)).toEqual([])
    expect((await stored(disposal)).state).toBe('released')
  })
})

describe('leave is asked for again right before the act', () => {
  const changes: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ['the customer only wants to be told now', 'NOTIFY_ONLY', () => world.change(world.uni, { authorizationMode: 'notify' })],
    [
      'the address was protected meanwhile',
      'ADDRESS_PROTECTED',
      () => world.change(world.uni, { settings: { protectedAddresses: [{ network: '203.0.113.0/24', why: '合作方' }] } }),
    ],
    [
      'the address became the customer’s own',
      'ADDRESS_PROTECTED',
      () =>
        world.transactions.run(tx => tx.devices.insert({ ...world.device, id: 'device-fw2', name: 'fw2', protects: ['203.0.113.0/28'] })),
    ],
    ['the device is gone', 'NO_DEVICE', () => world.transactions.run(tx => tx.devices.remove(world.uni.id, { id: world.device.id }))],
  ]

  it.each(changes)('%s: nothing is done, and it is told', async (_, code, change) => {
    const { disposal, incident } = await approved()
    await change()

    await tries(disposal, 2)

    expect(firewall.calls).toEqual([])
    expect(await stored(disposal)).toMatchObject({ state: 'failed', error: code, nextTryAt: null, leaseUntil: null })
    expect(await ticketState(incident)).toBe('confirmed')
    expect(await told('disposal-failed')).toBe(1)
  })

  it('a row that claims to be agreed by its own proposer is not executed', async () => {
    const { disposal } = await requested()
    const forged = { state: 'approved', decidedBy: 'zhang', nextTryAt: '2026-11-24T02:00:00.000Z' } as const
    await world.transactions.run(tx => tx.disposals.update(world.uni.id, { id: disposal.id }, forged))

    await executor.runDue()

    expect(firewall.calls).toEqual([])
    expect(await stored(disposal)).toMatchObject({ state: 'failed', error: 'NOT_ALLOWED' })
  })

  it('what may be on the device already is taken off when leave is gone', async () => {
    const { disposal } = await approved()
    await killedAt('list', executor)
    await world.transactions.run(tx => tx.disposals.update(world.uni.id, { id: disposal.id }, { state: 'executing' }))
    await world.change(world.uni, { authorizationMode: 'notify' })
    world.clock.turn(8)

    await tries(disposal, 2, anotherExecutor('worker-2'))

    expect(firewall.rules.size).toBe(0)
    expect((await stored(disposal)).state).toBe('failed')
  })
})

it('the clean-up of a failed block leaves the block that followed it alone', async () => {
  const { disposal: first } = await approved()
  firewall.failNext('block', 3)
  firewall.failNext('unblock', 1)
  await tries(first, 4)
  const { disposal: second } = await service.proposeBlock(world.actor('zhang'), { tenantId: world.uni.id, ip: IP, seconds: HOUR })
  await service.decide(world.actor('li'), world.uni.id, second.number, true)
  await executor.runDue()
  expect((await stored(second)).state).toBe('verified')

  await tries(first, 1)

  expect(firewall.rules.has(IP)).toBe(true)
  expect(await stored(first)).toMatchObject({ state: 'failed', nextTryAt: null })
})

it('a step that fails for a reason of our own is tried again ten seconds later and holds up nothing', async () => {
  const { disposal } = await approved()
  const broken = new DisposalExecutor({
    transactions: {
      ...world.transactions,
      run: (() => {
        let calls = 0
        return (work: Parameters<World['transactions']['run']>[0]) =>
          ++calls === 2 ? Promise.reject(new Error('the database went away')) : world.transactions.run(work)
      })() as World['transactions']['run'],
    },
    devices: firewall,
    clock: world.clock,
    logger: silentLogger,
    owner: 'worker-1',
  })

  await broken.runDue()
  expect(await stored(disposal)).toMatchObject({ state: 'approved', claimedBy: null, nextTryAt: '2026-11-24T02:00:10.000Z' })
  await tries(disposal, 1)

  expect((await stored(disposal)).state).toBe('verified')
})
