import { beforeEach, expect, it } from 'vitest'
import { FakeFirewall } from '../../tests/support/fake-firewall.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { openCase, type Case } from '../tickets/ticket-service.js'
import { DisposalService } from './disposal-service.js'
import { MeasureCheck } from './measure-check.js'

let world: World
let firewall: FakeFirewall
let found: Case
beforeEach(async () => {
  world = await openWorld()
  firewall = new FakeFirewall()
  const { incident } = await world.incident()
  const { disposal } = await new DisposalService(world.transactions).proposeBlock(world.actor('zhang'), {
    tenantId: world.uni.id,
    ip: '203.0.113.7',
    seconds: 3600,
  })
  await world.transactions.run(tx =>
    tx.disposals.update(world.uni.id, { id: disposal.id }, { state: 'verified', executedAt: '2026-11-24T02:01:00.000Z' }),
  )
  await firewall.block({ ip: '203.0.113.7', reference: disposal.number, ttlSeconds: 3600 })
  found = await world.transactions.read(t => openCase(t, world.uni.id, { incidentId: incident.id }))
})

const check = (set: Partial<Case['incident']> = {}) =>
  new MeasureCheck({ transactions: world.transactions, devices: firewall }).check({ ...found, incident: { ...found.incident, ...set } })

it('passes when the device lists the address and nothing came after', async () => {
  expect(await check()).toEqual({ passed: true, lines: ['fw1 回读：203.0.113.7 仍在封禁', '封禁后没有新的命中'] })
})

it('fails when the device does not list it', async () => {
  await firewall.unblock('203.0.113.7')

  expect(await check()).toMatchObject({ passed: false, lines: ['fw1 回读：203.0.113.7 不在封禁列表', '封禁后没有新的命中'] })
})

it('fails when it cannot look, and says why', async () => {
  firewall.failNext('list')

  expect(await check()).toMatchObject({ passed: false, lines: ['fw1 无法回读（DEVICE_UNREACHABLE）', '封禁后没有新的命中'] })
})

it('fails when the attack went on after the block', async () => {
  expect(await check({ lastAt: '2026-11-24T02:01:00.001Z' })).toMatchObject({
    passed: false,
    lines: [expect.any(String), expect.stringContaining('封禁后仍有命中')],
  })
})

it('fails when nothing is in force', async () => {
  expect(await check({ id: 'another' })).toEqual({ passed: false, lines: ['没有执行过的处置可供复验'] })
})

it('judges a measure that has run its time by what came after it', async () => {
  const released = (releasedAt: string) =>
    world.transactions.run(tx => tx.disposals.update(world.uni.id, {}, { state: 'released', releasedAt }))

  await released('2026-11-24T03:00:00.000Z')
  expect(await check({ lastAt: '2026-11-24T02:00:30.000Z' })).toEqual({ passed: true, lines: ['处置已到期解除，其后没有新的命中'] })

  expect(await check({ lastAt: '2026-11-24T03:30:00.000Z' })).toEqual({ passed: false, lines: ['处置解除后又有命中'] })
})
