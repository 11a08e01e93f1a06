import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type PersonName, type World } from '../../tests/support/memory-world.js'
import type { Disposal } from './disposal.js'
import { DisposalService, type Proposal } from './disposal-service.js'

const IP = '203.0.113.7'
let world: World
let service: DisposalService
beforeEach(async () => {
  world = await openWorld()
  service = new DisposalService(world.transactions)
})

const propose = async (set: Partial<Proposal> = {}, by: PersonName = 'zhang') =>
  service.proposeBlock(world.actor(by), { tenantId: world.uni.id, ip: IP, seconds: 3600, ...set })
const decide = (number: string, agreed: boolean, by: PersonName = 'li', comment = '') =>
  service.decide(world.actor(by), world.uni.id, number, agreed, comment)
const undo = (what: Parameters<DisposalService['undo']>[2], by: PersonName = 'li') => service.undo(world.actor(by), world.uni.id, what)
const stored = async ({ id }: Disposal) => (await world.transactions.read(t => t.disposals.get(world.uni.id, id)))!
const set = (disposal: Disposal, values: Partial<Disposal>) =>
  world.transactions.run(tx => tx.disposals.update(world.uni.id, { id: disposal.id }, values))

describe('proposing a block', () => {
  it('asks for leave and touches nothing, and takes the incident along', async () => {
    const { incident } = await world.incident()

    const { disposal, again } = await propose()

    expect(again).toBe(false)
    expect(disposal).toMatchObject({
      number: 'DP-uni-261124-001',
      state: 'requested',
      target: IP,
      incidentId: incident.id,
      deviceId: world.device.id,
      proposedBy: 'zhang',
      expiresAt: '2026-11-24T02:30:00.000Z',
      nextTryAt: '2026-11-24T02:30:00.000Z',
      leaseUntil: null,
    })
    expect(await stored(disposal)).toEqual(disposal)
    expect(await world.ticketOf(incident)).toMatchObject({ state: 'awaiting_customer', assignee: 'zhang' })
    expect(await world.announced()).toEqual(['approval-requested'])
    expect(await world.audited()).toEqual(['ticket.moved', 'ticket.moved', 'disposal.requested', 'ticket.moved'])
  })

  it('works without an incident', async () => {
    const { disposal, case: found } = await propose({ reason: '情报通报' })

    expect(found).toBeUndefined()
    expect(disposal).toMatchObject({ incidentId: null, reason: '情报通报', traceId: 'trace-zhang' })
  })

  it('shows what it would touch: hits, victims, earlier blocks', async () => {
    await world.incident()
    const first = (await propose()).disposal
    await set(first, { state: 'released', nextTryAt: null })

    const { disposal } = await propose()

    expect(disposal.effect.lines).toEqual([
      '24 小时内命中 3 次，涉及 web1',
      '在 fw1 双向拦截该地址，其他访问不受影响',
      '此前封过 1 次',
      '往来：日志暂时查不了',
      '归属：未知（不在共享出口名单里）',
      '上一次：11-24 10:00 已解除',
    ])
  })

  it('once more while the first one waits returns the first one', async () => {
    const first = await propose()
    world.clock.turn(60)

    const second = await propose({ ip: '::ffff:203.0.113.7', seconds: 60 }, 'zhao')

    expect(second).toMatchObject({ again: true, disposal: { id: first.disposal.id, seconds: 3600 } })
    expect(await world.announced()).toEqual(['approval-requested'])
  })

  it('of two in the same moment makes one', async () => {
    const [a, b] = await Promise.all([propose(), propose({}, 'zhao')])

    expect(a.disposal.id).toBe(b.disposal.id)
    expect([a.again, b.again].sort()).toEqual([false, true])
  })

  it('after the first one ran out begins anew', async () => {
    const first = await propose()
    world.clock.turn(1800)

    const second = await propose()

    expect(second.again).toBe(false)
    expect(second.disposal.number).not.toBe(first.disposal.number)
  })

  it.each(['approved', 'executing', 'succeeded', 'verified', 'partial'] as const)(
    'is refused while a block is %s, and says which',
    async state => {
      const { disposal } = await propose()
      await set(disposal, { state, leaseUntil: '2026-11-24T06:00:00.000Z' })

      await expect(propose()).rejects.toMatchObject({
        code: 'ALREADY_BLOCKED',
        facts: { number: disposal.number, until: expect.stringContaining('14:00') as string },
      })
    },
  )

  it.each(['rejected', 'expired', 'failed', 'released'] as const)('is open again once the one before is %s', async state => {
    await set((await propose()).disposal, { state, nextTryAt: null })

    expect((await propose()).again).toBe(false)
  })

  it('is guarded: mode, address, own networks, duration, device', async () => {
    await expect(propose({ ip: '10.0.0.1' })).rejects.toMatchObject({ code: 'IP_NOT_PUBLIC' })
    await expect(propose({ ip: '192.0.2.9' })).rejects.toMatchObject({ code: 'ADDRESS_PROTECTED' })
    await expect(propose({ seconds: 59 })).rejects.toMatchObject({ code: 'DURATION_OUT_OF_RANGE' })
    await expect(propose({ tenantId: world.hos.id })).rejects.toMatchObject({ code: 'NO_DEVICE' })
    await world.change(world.uni, { authorizationMode: 'notify' })
    await expect(propose()).rejects.toMatchObject({ code: 'NOTIFY_ONLY' })

    expect(await world.audited()).toEqual([])
  })

  it('spares the customer’s networks behind another device than the one that would block', async () => {
    await world.transactions.run(tx => tx.devices.insert({ ...world.device, id: 'device-fw2', name: 'fw2', protects: ['192.0.2.128/25'] }))

    await expect(propose({ ip: '192.0.2.200' })).rejects.toMatchObject({ code: 'ADDRESS_PROTECTED', facts: { why: '本单位自己的网段' } })
  })

  it('chooses the firewall in front of the victim', async () => {
    await world.transactions.run(tx => tx.devices.insert({ ...world.device, id: 'device-a', name: 'a-first', protects: ['10.99.0.0/16'] }))
    await world.incident()

    expect((await propose()).disposal.deviceId).toBe(world.device.id)
    expect((await propose({ ip: '203.0.113.99' })).disposal.deviceId).toBe('device-a')
  })

  it('stops at the hourly limit and goes on in the next hour', async () => {
    const { disposal } = await propose()
    await world.transactions.run(async tx => {
      for (let n = 1; n < 200; n++) await tx.disposals.insert({ ...disposal, id: tx.id(), number: `DP-x-${n}`, target: `198.51.100.${n}` })
    })

    await expect(propose({ ip: '203.0.113.200' })).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
    world.clock.turn(3601)

    expect((await propose({ ip: '203.0.113.200' })).again).toBe(false)
  })

  it.each(['liu', 'chen', 'li', 'zhou', 'qian'] as const)('is not for %s', async name => {
    await expect(propose({}, name)).rejects.toMatchObject({ code: name === 'qian' ? 'OTHER_TENANT' : 'NOT_ALLOWED' })
  })
})

describe('deciding', () => {
  it('with yes makes it due at once and the ticket contained', async () => {
    const { incident } = await world.incident()
    const { disposal } = await propose()
    world.clock.turn(60)

    await decide(disposal.number, true)

    const at = '2026-11-24T02:01:00.000Z'
    expect(await stored(disposal)).toMatchObject({
      state: 'approved',
      decidedBy: 'li',
      decidedAt: at,
      nextTryAt: at,
      decisionChannel: 'text',
    })
    expect((await world.ticketOf(incident)).state).toBe('containing')
    expect(await world.announced()).toEqual(['approval-requested', 'disposal-decided'])
  })

  it('with no leaves the device alone and asks for another plan', async () => {
    const { incident } = await world.incident()
    const { disposal } = await propose()

    await decide(disposal.number, false, 'chen', '这是合作方')

    expect(await stored(disposal)).toMatchObject({ state: 'rejected', decidedBy: 'chen', nextTryAt: null })
    expect((await world.ticketOf(incident)).state).toBe('confirmed')
    expect((await world.announcements('disposal-decided'))[0]?.refs).toMatchObject({ by: '陈主任（客户主管）', comment: '这是合作方' })
  })

  it.each(['zhang', 'wang', 'liu', 'zhou', 'xu'] as const)('is not for %s', async name => {
    const { disposal } = await propose()

    await expect(decide(disposal.number, true, name)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })

    expect((await stored(disposal)).state).toBe('requested')
  })

  it('is never the proposer’s own, not even with two hats', async () => {
    const { disposal } = await propose()
    const twoHats = { ...world.actor('li'), userId: 'zhang' }

    await expect(service.decide(twoHats, world.uni.id, disposal.number, true)).rejects.toMatchObject({ code: 'OWN_PROPOSAL' })

    expect((await stored(disposal)).state).toBe('requested')
  })

  it('of another customer’s number is impossible by any door', async () => {
    const { disposal } = await propose()
    const qian = world.actor('qian')

    await expect(service.decide(qian, world.uni.id, disposal.number, true)).rejects.toMatchObject({ code: 'OTHER_TENANT' })
    await expect(service.decide(qian, world.hos.id, disposal.number, true)).rejects.toMatchObject({ code: 'NUMBER_NOT_FOUND' })

    expect((await stored(disposal)).state).toBe('requested')
  })

  it('a second time names who was first, also when both press at once', async () => {
    const { disposal } = await propose()

    const results = await Promise.allSettled([decide(disposal.number, true, 'li'), decide(disposal.number, false, 'chen')])

    expect(results[0].status).toBe('fulfilled')
    expect(results[1]).toMatchObject({ reason: { code: 'ALREADY_DONE', facts: { who: '李工', what: '同意' } } })
    await expect(decide(disposal.number, true, 'li')).rejects.toMatchObject({ code: 'ALREADY_DONE' })
    expect((await stored(disposal)).state).toBe('approved')
  })

  it('is too late from the very moment it runs out', async () => {
    const { disposal } = await propose()
    world.clock.set(disposal.expiresAt)

    await expect(decide(disposal.number, true)).rejects.toMatchObject({
      code: 'APPROVAL_EXPIRED',
      facts: { at: expect.stringContaining('10:30') as string },
    })
    await set(disposal, { state: 'expired' })
    await expect(decide(disposal.number, true)).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED' })
  })

  it('is still possible in the last millisecond', async () => {
    const { disposal } = await propose()
    world.clock.set('2026-11-24T02:29:59.999Z')

    expect((await decide(disposal.number, true)).disposal.state).toBe('approved')
  })

  it('no to one of two requests leaves the ticket waiting for the other', async () => {
    const { incident } = await world.incident({ attackers: [IP, '203.0.113.8'] })
    const first = (await propose()).disposal
    const second = (await propose({ ip: '203.0.113.8' })).disposal

    await decide(first.number, false)
    expect((await world.ticketOf(incident)).state).toBe('awaiting_customer')
    await decide(second.number, true)

    expect((await world.ticketOf(incident)).state).toBe('containing')
  })

  it('no to the last of two requests sends the ticket back', async () => {
    const { incident } = await world.incident({ attackers: [IP, '203.0.113.8'] })
    const first = (await propose()).disposal
    const second = (await propose({ ip: '203.0.113.8' })).disposal

    await decide(first.number, false)
    await undo({ number: second.number }, 'zhang')

    expect((await world.ticketOf(incident)).state).toBe('confirmed')
  })
})

describe('taking back', () => {
  it('what was only requested ends it', async () => {
    const { incident } = await world.incident()
    const { disposal } = await propose()

    expect((await undo({ number: disposal.number }, 'zhang')).lifting).toBe(false)

    expect(await stored(disposal)).toMatchObject({ state: 'rejected', nextTryAt: null, decidedBy: 'zhang' })
    expect((await world.ticketOf(incident)).state).toBe('confirmed')
    await expect(decide(disposal.number, true)).rejects.toMatchObject({ code: 'ALREADY_DONE' })
  })

  it.each(['approved', 'executing', 'succeeded', 'verified'] as const)('what is %s makes the lifting due at once', async state => {
    const { disposal } = await propose()
    await set(disposal, { state, leaseUntil: '2026-11-24T06:00:00.000Z', nextTryAt: '2026-11-24T06:00:00.000Z' })
    world.clock.turn(60)

    expect((await undo({ number: disposal.number })).lifting).toBe(true)

    expect(await stored(disposal)).toMatchObject({ state, releaseWanted: '李工（客户授权人）', nextTryAt: '2026-11-24T02:01:00.000Z' })
    expect(await world.audited()).toContain('disposal.undo-wanted')
  })

  it.each(['rejected', 'expired', 'failed', 'released'] as const)('what is %s is too late', async state => {
    const { disposal } = await propose()
    await set(disposal, { state, nextTryAt: null })

    await expect(undo({ number: disposal.number })).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })

    expect((await stored(disposal)).releaseWanted).toBeNull()
  })

  it('finds a block by its address, however it is written', async () => {
    const { disposal } = await propose()
    await set(disposal, { state: 'verified' })

    expect((await undo({ ip: '::ffff:203.0.113.7' })).disposal.number).toBe(disposal.number)
    await expect(undo({ ip: '203.0.113.99' })).rejects.toMatchObject({ code: 'NUMBER_NOT_FOUND' })
  })

  it('is not for everybody', async () => {
    const { disposal } = await propose()

    for (const name of ['zhou', 'xu', 'liu'] as const)
      await expect(undo({ number: disposal.number }, name)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(undo({ number: disposal.number }, 'qian')).rejects.toMatchObject({ code: 'OTHER_TENANT' })
  })
})

it('the list shows what waits and what is in force, newest first, of this customer only', async () => {
  const first = (await propose()).disposal
  world.clock.turn(1)
  const second = (await propose({ ip: '203.0.113.8' })).disposal
  world.clock.turn(1)
  await set((await propose({ ip: '203.0.113.9' })).disposal, { state: 'released' })
  await set(first, { state: 'verified' })

  expect((await service.blocked(world.uni.id)).map(row => row.number)).toEqual([second.number, first.number])
  expect(await service.blocked(world.hos.id)).toEqual([])
})
