import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../../tests/support/memory-world.js'
import { PLATFORM } from '../../tenants/tenant.js'
import type { EventType } from '../terms.js'
import { TriageService } from './triage-service.js'

let world: World
let service: TriageService
beforeEach(async () => {
  world = await openWorld()
  service = new TriageService(world.transactions)
})

/** Incidents people have judged: web attacks are real here, probes are not. */
async function judged(count: number, real: (n: number) => boolean = n => n % 2 === 0): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { ticket } = await world.incident({ state: 'confirmed', set: { eventType: typeOf(n) } })
    await world.transactions.run(tx =>
      tx.transitions.insert({
        ...{ id: tx.id(), tenantId: world.uni.id, ticketId: ticket.id, from: 'triaging', rule: 5, by: 'zhang', at: tx.at },
        ...{ to: real(n) ? 'confirmed' : 'false_positive', channel: 'text', evidence: [], comment: '' },
      }),
    )
  }
  world.clock.turn(120)
}
const typeOf = (n: number): EventType => (n % 2 === 0 ? 'web_exploit' : 'scan_probe')
async function scoreOf(eventType: EventType): Promise<number> {
  const { incident } = await world.incident({ set: { eventType } })
  const scores = await world.transactions.read(t => service.score(t, [{ tenant: world.uni, incident }]))
  return scores.get(incident.id)!
}

describe('the triage model', () => {
  it('puts what people call real before what they exclude', async () => {
    await judged(80)

    await service.learn(world.uni)

    expect(await scoreOf('web_exploit')).toBeGreaterThan(0.8)
    expect(await scoreOf('scan_probe')).toBeLessThan(0.2)
  })

  it('learns each verdict once', async () => {
    await judged(10)

    expect(await service.learn(world.uni)).toBe(10)
    expect(await service.learn(world.uni)).toBe(0)

    const { learned, measured } = await service.figures(world.uni.id)
    expect(learned + measured).toBe(10)
  })

  it('waits for verdicts that may not be committed yet', async () => {
    await judged(4)
    world.clock.turn(-100)

    expect(await service.learn(world.uni)).toBe(0)
  })

  it('orders by the judgement’s own figure until it has learned enough', async () => {
    await judged(10)
    await service.learn(world.uni)
    const { incident } = await world.incident()

    const scores = await world.transactions.read(t => service.score(t, [{ tenant: world.uni, incident }]))

    expect(scores.get(incident.id)).toBe(incident.judgement.confidence)
  })

  it('measures itself on what it never learns', async () => {
    await judged(200)
    await service.learn(world.uni)
    const figures = await service.figures(PLATFORM)

    expect(figures.learned + figures.measured).toBe(200)
    expect(figures.measured).toBeGreaterThanOrEqual(20)
  })

  it('says when what it promises is no longer so, and goes back to a kept version', async () => {
    await judged(200)
    await service.learn(world.uni)
    await judged(200, n => n % 2 === 1)
    await service.learn(world.uni)
    const before = await service.figures(world.uni.id)
    expect(before.drift).toMatch(/最近 \d+ 条/)
    expect(before.versions).toContain(1)

    const now = await service.rollBack(world.actor('wang'), world.uni.id, before.versions[0]!)

    expect(now).toBe(before.version + 1)
    expect((await service.figures(world.uni.id)).version).toBe(now)
    await expect(service.rollBack(world.actor('zhang'), world.uni.id, 1)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(service.rollBack(world.actor('wang'), world.uni.id, 99)).rejects.toMatchObject({ code: 'NUMBER_NOT_FOUND' })
  })

  it('is one customer’s own, over what all know together', async () => {
    await judged(80)
    await service.learn(world.uni)

    expect((await service.figures(world.hos.id)).learned).toBe(0)
    expect((await service.figures(PLATFORM)).learned).toBeGreaterThan(50)
  })
})
