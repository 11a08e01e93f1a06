import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type IncidentGiven, type PersonName, type World } from '../../tests/support/memory-world.js'
import { makeAlertFlow } from '../threats/alert-flow.js'
import { defaultSettings } from '../tenants/tenant.js'
import type { Hit } from '../threats/hit.js'
import { TicketService } from './ticket-service.js'

let world: World
let service: TicketService
beforeEach(async () => {
  world = await openWorld()
  service = new TicketService(world.transactions)
})

const uni = () => world.uni.id
async function opened(given?: IncidentGiven) {
  const { incident } = await world.incident(given)
  return {
    incident,
    number: incident.number,
    ticket: () => world.ticketOf(incident),
    stored: async () => (await world.transactions.read(t => t.incidents.get(uni(), incident.id)))!,
    rules: async () => (await service.history(uni(), (await world.ticketOf(incident)).id)).map(row => row.rule),
  }
}
const claim = (name: PersonName, number: string) => service.claim(world.actor(name), uni(), number)

describe('claiming', () => {
  it('gives the incident to the analyst and stops the clock', async () => {
    const { number, ticket } = await opened()
    world.clock.turn(90)

    await claim('zhang', number)

    expect(await ticket()).toMatchObject({ state: 'triaging', assignee: 'zhang', claimedAt: '2026-11-24T02:01:30.000Z' })
  })

  it('is no error for the one who has it, and changes nothing', async () => {
    const { number, ticket, rules } = await opened()
    await claim('zhang', number)
    const before = await ticket()
    world.clock.turn(60)

    await claim('zhang', number)

    expect(await ticket()).toEqual(before)
    expect(await rules()).toEqual([2])
  })

  it('tells another who has it and since when, in the customer’s time', async () => {
    const { number, ticket } = await opened()
    await claim('zhang', number)

    await expect(claim('zhao', number)).rejects.toMatchObject({ code: 'ALREADY_DONE', reply: `${number} 已由张工于 10:00 认领。` })

    expect((await ticket()).assignee).toBe('zhang')
  })

  it.each(['confirmed', 'eradicating', 'observing', 'closed'] as const)(
    'does not pretend when the incident is %s in another’s hands',
    async state => {
      const { number } = await opened({ state })

      await expect(claim('zhao', number)).rejects.toMatchObject({ code: 'ALREADY_DONE', facts: { who: '张工', what: '认领' } })
    },
  )

  it('lets one of two win who claim in the same moment', async () => {
    const { number, ticket, rules } = await opened()

    const results = await Promise.allSettled([claim('zhang', number), claim('zhao', number)])

    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await ticket()).assignee).toBe(results[0].status === 'fulfilled' ? 'zhang' : 'zhao')
    expect(await rules()).toEqual([2])
  })

  it('tells the customer’s group of a P1 only', async () => {
    await claim('zhang', (await opened({ priority: 'P2' })).number)
    expect(await world.announced()).toEqual([])

    await claim('zhang', (await opened({ priority: 'P1' })).number)
    expect(await world.announced()).toEqual(['incident-claimed'])
  })

  it.each(['liu', 'chen', 'li', 'zhou', 'xu'] as const)('is not for %s', async name => {
    const { number, ticket } = await opened()

    await expect(claim(name, number)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })

    expect((await ticket()).state).toBe('new')
  })

  it('finds no number of another customer', async () => {
    const { incident } = await world.incident({ tenant: world.hos })

    await expect(claim('zhang', incident.number)).rejects.toMatchObject({ code: 'NUMBER_NOT_FOUND' })
  })
})

describe('giving a verdict', () => {
  const own = { code: 'suspicious', reasons: ['登录来自境外', '账号不存在'] } as const

  it('adopts the automatic judgement, claiming on the way', async () => {
    const { number, stored, incident, rules } = await opened()

    await service.confirm(world.actor('zhang'), uni(), number)

    expect((await stored()).verdict).toEqual({ ...incident.judgement, by: 'zhang', at: '2026-11-24T02:00:00.000Z' })
    expect(await rules()).toEqual([2, 5])
  })

  it('wants two reasons for one’s own', async () => {
    const { number, ticket } = await opened()

    const lonely = service.confirm(world.actor('zhang'), uni(), number, { ...own, reasons: ['看着像'] })

    await expect(lonely).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' })
    expect((await ticket()).state).toBe('new')
  })

  it('lets only a senior expert sign “compromised”', async () => {
    const { number, stored } = await opened()
    const compromised = { ...own, code: 'compromised' } as const

    await expect(service.confirm(world.actor('zhang'), uni(), number, compromised)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      facts: { who: '高级专家' },
    })
    await service.confirm(world.actor('wang'), uni(), number, compromised)

    expect((await stored()).verdict).toMatchObject({ code: 'compromised', reasons: own.reasons, by: 'wang' })
  })

  it('does not swallow a second verdict', async () => {
    const { number, stored } = await opened()
    await service.confirm(world.actor('zhang'), uni(), number)

    await expect(service.confirm(world.actor('zhang'), uni(), number, own)).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })

    expect((await stored()).verdict?.reasons).not.toEqual(own.reasons)
  })

  it('records an attack that was stopped without an act', async () => {
    const { number, rules, ticket } = await opened()

    await service.recordOnly(world.actor('zhang'), uni(), number, '已被网关拦截')

    expect(await rules()).toEqual([2, 5, 21])
    expect((await ticket()).state).toBe('reviewing')
  })
})

describe('calling it a false positive', () => {
  const say = (name: PersonName, number: string, reason = '我们自己的漏扫') =>
    service.falsePositive(world.actor(name), uni(), number, reason)

  it('closes a P3 by one analyst, and the group hears of it only when it had heard of the alert', async () => {
    const quiet = await opened({ state: 'triaging' })
    const told = await opened({ state: 'triaging', set: { firstReportedAt: '2026-11-24T01:59:00.000Z' } })

    expect((await say('zhang', quiet.number)).outcome).toBe('excluded')
    expect(await world.announced()).toEqual([])
    expect((await say('zhang', told.number)).outcome).toBe('excluded')

    expect(await world.announced()).toEqual(['incident-excluded'])
    expect(await told.ticket()).toMatchObject({ state: 'false_positive', closedAt: '2026-11-24T02:00:00.000Z' })
    expect((await told.stored()).conclusion).toBe('误报：我们自己的漏扫')
  })

  it.each(['P1', 'P2'] as const)('wants a second reader for a %s, and the same person is none', async priority => {
    const { number, ticket } = await opened({ state: 'triaging', priority })

    expect((await say('zhang', number)).outcome).toBe('second-reader')
    expect((await say('zhang', number)).outcome).toBe('second-reader')
    expect((await ticket()).state).toBe('triaging')
    expect((await say('zhao', number)).outcome).toBe('excluded')

    expect((await ticket()).state).toBe('false_positive')
    expect((await world.audited()).filter(action => action === 'false-positive.proposed')).toHaveLength(2)
  })

  it('lets a senior expert close a P1 alone', async () => {
    const { number } = await opened({ state: 'triaging', priority: 'P1' })

    expect((await say('wang', number)).outcome).toBe('excluded')
  })

  it('passes a customer’s word on and changes nothing', async () => {
    const { number, ticket } = await opened({ state: 'triaging' })
    const before = await ticket()

    expect((await say('zhou', number)).outcome).toBe('passed-on')

    expect(await ticket()).toEqual(before)
    expect((await world.announcements('false-positive-reported'))[0]?.refs).toMatchObject({
      by: '周老师（客户运维）',
      reason: '我们自己的漏扫',
    })
    expect(await world.audited()).toEqual(['false-positive.reported'])
  })

  it('asks nobody to be the second reader of what can no longer be excluded', async () => {
    const { number } = await opened({ state: 'containing', priority: 'P1' })

    await expect(say('zhang', number)).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', facts: { state: '处置中' } })

    expect(await world.audited()).toEqual([])
  })

  it('wants a reason, and nothing to be closed already', async () => {
    const open = await opened({ state: 'triaging' })
    const closed = await opened({ state: 'closed' })

    await expect(say('zhang', open.number, ' x ')).rejects.toMatchObject({ code: 'ARGUMENT_MISSING' })
    await expect(say('zhang', closed.number)).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })
    await expect(say('xu', open.number)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(say('qian', open.number)).rejects.toMatchObject({ code: 'OTHER_TENANT' })
  })
})

describe('verifying', () => {
  const verify = (number: string, passed: boolean) =>
    service.verify(world.actor('zhang'), uni(), number, '弱口令', () =>
      Promise.resolve({ passed, lines: [passed ? '仍在封禁' : '不在封禁列表'] }),
    )

  it('takes the ticket to observation for as long as its priority says', async () => {
    const { number, ticket, rules, stored } = await opened({ state: 'eradicating', priority: 'P2' })

    const result = await verify(number, true)

    expect(result.passed).toBe(true)
    expect(await rules()).toEqual([12, 13, 14])
    expect(await ticket()).toMatchObject({ state: 'observing', observeUntil: '2026-11-27T02:00:00.000Z' })
    expect((await stored()).conclusion).toBe('弱口令')
    expect(await world.announced()).toEqual(['incident-resolved'])
  })

  it('goes back to work when it fails, and may be tried again', async () => {
    const { number, ticket, rules } = await opened({ state: 'eradicating' })

    expect(await verify(number, false)).toMatchObject({ passed: false, lines: ['不在封禁列表'] })
    expect((await ticket()).state).toBe('eradicating')
    world.clock.turn(60)
    await verify(number, true)

    expect(await rules()).toEqual([12, 13, 15, 12, 13, 14])
    expect(await world.announced()).toEqual(['verification-failed', 'incident-resolved'])
  })

  it('is refused where nothing was done yet', async () => {
    const { number, ticket } = await opened({ state: 'triaging' })

    await expect(verify(number, true)).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })

    expect((await ticket()).state).toBe('triaging')
  })
})

describe('observing', () => {
  it('ends when its time is over, not before, and once', async () => {
    const { ticket } = await opened({ state: 'observing', ticket: { observeUntil: '2026-11-24T02:01:00.000Z' } })
    const { id } = await ticket()

    world.clock.turn(59)
    await service.endObservation(uni(), id)
    expect((await ticket()).state).toBe('observing')
    world.clock.turn(1)
    await Promise.all([service.endObservation(uni(), id), service.endObservation(uni(), id)])

    expect((await ticket()).state).toBe('reviewing')
    expect(await world.announced()).toEqual(['observation-ended'])
  })

  it('of a P4 is over at once', async () => {
    const { number, ticket } = await opened({ state: 'eradicating', priority: 'P4' })
    await service.verify(world.actor('zhang'), uni(), number, '弱口令', () => Promise.resolve({ passed: true, lines: ['好'] }))

    await service.endObservation(uni(), (await ticket()).id)

    expect(defaultSettings.observeSeconds.P4).toBe(0)
    expect((await ticket()).state).toBe('reviewing')
  })

  it('is reopened by the same attack, with everything that was known', async () => {
    const groupKey = '10.20.1.5|203.0.113.0/24'
    const { number, ticket, rules } = await opened({
      state: 'observing',
      set: { groupKey },
      ticket: { observeUntil: '2026-11-25T02:00:00.000Z' },
    })
    const hit: Hit = {
      modelId: 'password-guessing',
      ruleId: 'login-failures',
      title: '口令猜解',
      eventType: 'brute_force',
      severity: 'medium',
      attackResult: 'failed',
      at: '2026-11-24T02:00:00.000Z',
      victim: { host: 'web1', ip: '10.20.1.5' },
      attacker: { ip: '203.0.113.8' },
      count: 20,
      attack: ['T1110'],
      reason: '5 分钟内 20 次登录失败',
      evidence: [],
      strength: 1,
    }

    await makeAlertFlow({ transactions: world.transactions }).raise(world.uni, [hit])

    expect(await ticket()).toMatchObject({ state: 'triaging', observeUntil: null })
    expect(await rules()).toEqual([17])
    expect(await world.announced()).toEqual(['incident-recurred'])
    await service.endObservation(uni(), (await ticket()).id)
    expect((await ticket()).state).toBe('triaging')
    expect((await service.confirm(world.actor('zhang'), uni(), number)).ticket.state).toBe('confirmed')
  })
})

describe('closing', () => {
  const close = (name: PersonName, number: string) => service.close(world.actor(name), uni(), number, '已改用密钥')

  it.each(['P1', 'P2'] as const)('needs a senior expert for a %s', async priority => {
    const { number, ticket } = await opened({ state: 'reviewing', priority })

    await expect(close('zhang', number)).rejects.toMatchObject({ code: 'NOT_ALLOWED', facts: { who: '高级专家（P1、P2 须专家审）' } })
    await close('wang', number)

    expect(await ticket()).toMatchObject({ state: 'closed', closedAt: '2026-11-24T02:00:00.000Z' })
  })

  it.each(['P3', 'P4'] as const)('is an analyst’s for a %s, and keeps cause and lesson', async priority => {
    const { number, stored } = await opened({ state: 'reviewing', priority, set: { conclusion: '弱口令' } })

    await close('zhang', number)

    expect((await stored()).conclusion).toBe('弱口令；已改用密钥')
    expect(await world.announced()).toEqual(['incident-closed'])
  })

  it.each(['new', 'triaging', 'confirmed', 'containing', 'eradicating', 'observing'] as const)(
    'is refused from %s, even to the expert',
    async state => {
      const { number, ticket } = await opened({ state })

      await expect(close('wang', number)).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })

      expect((await ticket()).state).toBe(state)
    },
  )
})

describe('rating', () => {
  it('is the customer’s word, and nobody else’s', async () => {
    const { number } = await opened({ state: 'closed' })

    await service.rate(world.actor('chen'), uni(), number, '满意')
    await expect(service.rate(world.actor('zhang'), uni(), number, '满意')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(service.rate(world.actor('qian'), uni(), number, '满意')).rejects.toMatchObject({ code: 'OTHER_TENANT' })

    expect(await world.audited()).toEqual(['service.rated'])
  })
})
