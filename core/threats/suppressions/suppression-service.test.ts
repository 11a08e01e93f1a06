import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../../tests/support/memory-world.js'
import { makeAlertFlow } from '../alert-flow.js'
import type { Hit } from '../hit.js'
import { SuppressionService, type Wish } from './suppression-service.js'

const IP = '203.0.113.7'
const DAY = 86_400
const wish = (set: Partial<Wish> = {}): Wish => ({ kind: 'mute', address: IP, seconds: 7 * DAY, reason: '我们自己的漏扫', ...set })

let world: World
let service: SuppressionService
beforeEach(async () => {
  world = await openWorld()
  service = new SuppressionService(world.transactions)
})

function hit(set: Partial<Hit> = {}): Hit {
  return {
    modelId: 'sigma-rule',
    ruleId: 'r1',
    title: '探测',
    eventType: 'web_exploit',
    severity: 'high',
    attackResult: 'unknown',
    at: new Date(world.clock.now()).toISOString(),
    victim: { ip: '10.20.0.5' },
    attacker: { ip: IP },
    count: 1,
    attack: ['T1190'],
    reason: '请求命中规则',
    evidence: [{ raw: 'x', at: new Date(world.clock.now()).toISOString() }],
    strength: 1,
    ...set,
  }
}
const raise = (...hits: Hit[]) => makeAlertFlow({ transactions: world.transactions }).raise(world.uni, hits)
const incidents = () => world.transactions.read(t => t.incidents.find(world.uni.id, {}))

describe('who may suppress', () => {
  it('an analyst needs a second person, who may be the customer’s approver', async () => {
    const proposed = await service.suppress(world.actor('zhang'), world.uni.id, wish())
    await service.suppress(world.actor('zhang'), world.uni.id, wish())
    expect(proposed.state).toBe('proposed')
    expect(await service.list(world.uni.id, 10)).toHaveLength(1)

    const confirmed = await service.suppress(world.actor('li'), world.uni.id, wish({ reason: '', seconds: 90 * DAY }))

    expect(confirmed).toMatchObject({
      state: 'active',
      proposedBy: 'zhang',
      confirmedBy: 'li',
      until: proposed.until,
      reason: '我们自己的漏扫',
    })
    expect(await world.audited()).toEqual(['suppression.proposed', 'suppression.active'])
  })

  it('a senior expert alone', async () => {
    expect(await service.suppress(world.actor('wang'), world.uni.id, wish())).toMatchObject({ state: 'active' })
  })

  it.each([
    ['zhou', {}, 'NOT_ALLOWED'],
    ['qian', {}, 'OTHER_TENANT'],
    ['wang', { seconds: 91 * DAY }, 'ARGUMENT_INVALID'],
    ['wang', { reason: ' ' }, 'ARGUMENT_MISSING'],
    ['wang', { address: undefined }, 'ARGUMENT_MISSING'],
    ['wang', { address: undefined, incident: 'IN-uni-261124-999' }, 'NUMBER_NOT_FOUND'],
  ] as const)('%s with %j is refused: %s', async (name, set, code) => {
    await expect(service.suppress(world.actor(name), world.uni.id, wish(set))).rejects.toMatchObject({ code })
    expect(await service.list(world.uni.id, 10)).toEqual([])
  })
})

describe('what is suppressed', () => {
  it('makes no alert and is counted, until it ends', async () => {
    await service.suppress(world.actor('wang'), world.uni.id, wish())

    await raise(hit(), hit({ ruleId: 'r2' }))
    expect(await incidents()).toEqual([])
    expect(await service.list(world.uni.id, 10)).toMatchObject([{ hits: 2 }])

    world.clock.turn(7 * DAY)
    await raise(hit())
    expect(await incidents()).toHaveLength(1)
  })

  it('never hides a success or what is critical', async () => {
    await service.suppress(world.actor('wang'), world.uni.id, wish())

    await raise(hit({ attackResult: 'success' }), hit({ severity: 'critical', victim: { ip: '10.20.0.6' } }))

    expect(await incidents()).toHaveLength(2)
  })

  it('is reported again when it is taken back', async () => {
    await service.suppress(world.actor('wang'), world.uni.id, wish())
    await service.end(world.actor('zhang'), world.uni.id, IP)

    await raise(hit())

    expect(await incidents()).toHaveLength(1)
    await expect(service.end(world.actor('zhang'), world.uni.id, IP)).rejects.toMatchObject({ code: 'NUMBER_NOT_FOUND' })
  })

  it('by an incident’s number is its rules on its victim, and nothing else', async () => {
    await raise(hit())
    const [incident] = await incidents()
    await service.suppress(world.actor('wang'), world.uni.id, wish({ address: undefined, incident: incident!.number }))

    await raise(hit({ attacker: { ip: '198.51.100.9' } }), hit({ ruleId: 'r2', attacker: { ip: '198.51.100.77' } }))

    const attackers = (await incidents()).flatMap(one => one.attackers.map(({ ip }) => ip))
    expect(attackers.sort()).toEqual(['198.51.100.77', IP])
  })

  it('as an authorised drill is told, and speaks against the incident', async () => {
    await service.suppress(world.actor('wang'), world.uni.id, wish({ kind: 'authorised-drill', reason: '攻防演练红队' }))

    await raise(hit())

    const [incident] = await incidents()
    expect(incident!.judgement).toMatchObject({ code: 'benign' })
    expect(incident!.judgement.against).toContain('已授权演练：攻防演练红队')
  })

  it('for one customer says nothing for another', async () => {
    await service.suppress(world.actor('wang'), world.hos.id, wish())

    await raise(hit())

    expect(await incidents()).toHaveLength(1)
    expect(await service.list(world.uni.id, 10)).toEqual([])
  })
})
