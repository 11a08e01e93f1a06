import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Ticket } from '../tickets/ticket.js'
import { makeAlertFlow, type AlertFlow } from './alert-flow.js'
import type { Hit } from './hit.js'
import type { Alert, Incident } from './incident.js'

const FILE = '2026-11-24/w1'
let world: World
let flow: AlertFlow
let offset: number
beforeEach(async () => {
  world = await openWorld()
  flow = makeAlertFlow({ transactions: world.transactions })
  offset = 0
})

interface Given extends Partial<Omit<Hit, 'at'>> {
  readonly from?: string
  /** Seconds after the start of the world. */
  readonly second?: number
  readonly file?: string
}

/** The next hit in the archive. */
function hit({ from = '203.0.113.7', second = 0, file = FILE, ...set }: Given = {}): Hit {
  const at = new Date(Date.parse('2026-11-24T02:00:00.000Z') + second * 1000).toISOString()
  offset += 100
  return {
    modelId: 'password-guessing',
    ruleId: 'login-failures',
    title: '口令猜解',
    eventType: 'brute_force',
    severity: 'medium',
    attackResult: 'failed',
    at,
    victim: { host: 'web1', ip: '10.20.1.5' },
    attacker: { ip: from },
    count: 1,
    attack: ['T1110.001'],
    reason: `第 ${offset} 字节的登录失败`,
    evidence: [{ raw: `line at ${offset}`, at, position: { file, offset } }],
    strength: 0.5,
    ...set,
  }
}

const raise = (...hits: Hit[]) => flow.raise(world.uni, hits)
const rows = (tenant: Tenant = world.uni): Promise<{ alerts: Alert[]; incidents: Incident[]; tickets: Ticket[] }> =>
  world.transactions.read(async t => ({
    alerts: await t.alerts.find(tenant.id, {}, { order: { id: 'asc' } }),
    incidents: await t.incidents.find(tenant.id, {}, { order: { id: 'asc' } }),
    tickets: await t.tickets.find(tenant.id, {}, { order: { id: 'asc' } }),
  }))
const setTicket = (set: Partial<Ticket>) =>
  world.transactions.run(async tx => tx.tickets.update(world.uni.id, { subjectId: (await rowsIn(tx)).at(-1)!.id }, set))
const rowsIn = (tx: Parameters<Parameters<World['transactions']['run']>[0]>[0]) =>
  tx.incidents.find(world.uni.id, {}, { order: { id: 'asc' } })

describe('a first hit', () => {
  it('opens an alert, an incident and a ticket, and tells staff at once and the customer after the wait', async () => {
    await raise(hit({ severity: 'high' }))

    const { alerts, incidents, tickets } = await rows()
    expect(alerts).toMatchObject([
      { number: 'AL-uni-261124-001', incidentId: incidents[0]!.id, severity: 'high', applied: { [FILE]: 100 } },
    ])
    expect(incidents).toMatchObject([
      {
        number: 'IN-uni-261124-001',
        title: 'web1 正被猜解口令',
        severity: 'high',
        victim: { host: 'web1', ip: '10.20.1.5' },
        attackers: [{ ip: '203.0.113.7' }],
        verdict: null,
        judgement: { by: 'system' },
      },
    ])
    expect(tickets).toMatchObject([{ subjectId: incidents[0]!.id, state: 'new', priority: 'P2', assignee: null }])
    expect((await world.announcements('triage-needed'))[0]?.dueAt).toBe('2026-11-24T02:00:02.000Z')
    expect((await world.announcements('alert-raised'))[0]?.dueAt).toBe('2026-11-24T02:01:00.000Z')
    expect([...(await world.audited())].sort()).toEqual(['alert.raised', 'incident.opened'])
  })

  it.each(['low', 'info'] as const)('that is only %s is kept but not told', async severity => {
    await raise(hit({ severity }))
    await raise(hit({ severity, second: 10 }))

    expect((await rows()).incidents).toHaveLength(1)
    expect(await world.announced()).toEqual([])
  })

  it('that comes with a graver one counts as grave from the beginning', async () => {
    await raise(hit({ severity: 'low' }), hit({ severity: 'critical', second: 1 }))

    const { incidents, tickets } = await rows()
    expect(incidents[0]?.severity).toBe('critical')
    expect(tickets[0]?.priority).toBe('P1')
  })
})

describe('the same story', () => {
  it('again is the same alert, whichever address of the network it comes from', async () => {
    await raise(hit())
    await raise(hit({ second: 60 }), hit({ second: 61, from: '203.0.113.200' }))

    const { alerts, incidents, tickets } = await rows()
    expect([alerts.length, incidents.length, tickets.length]).toEqual([1, 1, 1])
    expect(alerts[0]).toMatchObject({ firstAt: '2026-11-24T02:00:00.000Z', lastAt: '2026-11-24T02:01:01.000Z', applied: { [FILE]: 300 } })
    expect(incidents[0]?.attackers.map(one => one.ip).sort()).toEqual(['203.0.113.200', '203.0.113.7'])
  })

  it.each([
    ['another victim', { victim: { ip: '10.20.1.6' } }],
    ['another network', { from: '203.0.114.7' }],
  ])('is not: %s', async (_, other) => {
    await raise(hit(), hit(other))

    const { alerts, incidents } = await rows()
    expect([alerts.length, incidents.length]).toEqual([2, 2])
  })

  it('of another kind joins the incident as an alert of its own', async () => {
    await raise(hit(), hit({ eventType: 'web_exploit', modelId: 'sigma-rule', title: 'SQL injection' }))

    const { alerts, incidents } = await rows()
    expect(alerts.map(alert => alert.eventType)).toEqual(['brute_force', 'web_exploit'])
    expect(incidents).toHaveLength(1)
  })

  it('keeps its first and its newest lines, at most ten', async () => {
    for (let i = 0; i < 30; i++) await raise(hit({ second: i }))

    const { evidence } = (await rows()).alerts[0]!
    expect(evidence).toHaveLength(10)
    expect(evidence[0]?.raw).toBe('line at 100')
    expect(evidence.at(-1)?.raw).toBe('line at 3000')
  })
})

describe('after a restart', () => {
  it('what was applied changes nothing', async () => {
    const hits = [hit(), hit({ second: 1 }), hit({ second: 2, eventType: 'web_exploit' }), hit({ second: 3, from: '198.51.100.1' })]
    await raise(...hits)
    const before = await rows()
    const told = await world.announced()
    const audited = await world.audited()
    world.clock.turn(10)

    await raise(...hits)

    expect(await rows()).toEqual(before)
    expect(await world.announced()).toEqual(told)
    expect(await world.audited()).toEqual(audited)
  })

  it('only what is new is taken from a page that was half applied', async () => {
    const old = hit()
    await raise(old)
    const fresh = hit({ second: 5 })

    await raise(old, fresh)

    expect((await rows()).alerts[0]).toMatchObject({ applied: { [FILE]: 200 }, lastAt: fresh.at })
    expect((await rows()).alerts[0]?.evidence.map(line => line.raw)).toEqual(['line at 100', 'line at 200'])
  })

  it('each file has its own position', async () => {
    await raise(hit({ file: '2026-11-24/w1' }))
    offset = 0
    await raise(hit({ file: '2026-11-24/w2', second: 1 }))

    expect((await rows()).alerts[0]?.applied).toEqual({ '2026-11-24/w1': 100, '2026-11-24/w2': 100 })
  })

  it('two stories a day apart in one page are not told again either', async () => {
    const page = [hit({ file: '2026-11-24/w1' }), hit({ file: '2026-11-25/w1', second: 25 * 3600 })]
    await raise(...page)
    const before = await rows()

    await raise(...page)

    expect(await rows()).toEqual(before)
  })

  it('what an incident took before it was closed does not open another', async () => {
    const first = hit({ file: '2026-11-24/w1' })
    await raise(first)
    await setTicket({ state: 'closed' })
    const second = hit({ file: '2026-11-24/w2', second: 5 })
    await raise(second)
    const before = await rows()

    await raise(first, second)

    expect(await rows()).toEqual(before)
  })
})

describe('time', () => {
  it.each([
    [23 * 3600, 1],
    [25 * 3600, 2],
  ])('%s seconds later there are %s incidents', async (second, incidents) => {
    await raise(hit())
    await raise(hit({ second }))

    expect((await rows()).incidents).toHaveLength(incidents)
  })

  it('makes no difference between one batch and two', async () => {
    await raise(hit(), hit({ second: 3600 }), hit({ second: 26 * 3600 }))

    const { alerts, incidents } = await rows()
    expect(incidents).toHaveLength(2)
    expect(alerts.map(alert => alert.incidentId)).toEqual(incidents.map(incident => incident.id))
  })

  it('goes on as long as no day is quiet', async () => {
    for (let hour = 0; hour < 100; hour += 20) await raise(hit({ second: hour * 3600 }))

    expect((await rows()).incidents).toHaveLength(1)
  })
})

describe('what is said when it goes on', () => {
  it('is growth, once in each interval', async () => {
    await raise(hit())
    for (const second of [10, 20, 30]) {
      world.clock.turn(10)
      await raise(hit({ second }))
    }
    expect((await world.announcements('alert-grown')).map(row => row.dueAt)).toEqual(['2026-11-24T02:05:00.000Z'])

    world.clock.set('2026-11-24T02:05:00.000Z')
    await raise(hit({ second: 300 }))
    world.clock.turn(299)
    await raise(hit({ second: 599 }))

    expect((await world.announcements('alert-grown')).map(row => row.dueAt)).toEqual([
      '2026-11-24T02:05:00.000Z',
      '2026-11-24T02:10:00.000Z',
    ])
    expect(await world.announcements('alert-raised')).toHaveLength(1)
  })

  it('is worsening, at once, with the priority', async () => {
    await raise(hit({ severity: 'medium' }))
    await raise(hit({ severity: 'high', second: 1 }))
    await raise(hit({ severity: 'critical', attackResult: 'success', second: 2 }))
    await raise(hit({ severity: 'low', second: 3 }))

    expect((await world.announcements('alert-worsened')).map(row => row.dueAt)).toEqual([
      '2026-11-24T02:00:00.000Z',
      '2026-11-24T02:00:00.000Z',
    ])
    const { incidents, tickets } = await rows()
    expect(incidents[0]).toMatchObject({ severity: 'critical', attackResult: 'success', title: 'web1 口令疑似被猜中' })
    expect(tickets[0]?.priority).toBe('P1')
  })

  it('is the first report when it was too small to be told before, with the priority', async () => {
    await raise(hit({ severity: 'low' }))
    expect((await rows()).tickets[0]?.priority).toBe('P4')

    await raise(hit({ severity: 'high', second: 1 }))

    expect((await world.announced()).sort()).toEqual(['alert-raised', 'triage-needed'])
    expect((await rows()).tickets[0]?.priority).toBe('P2')
  })

  it('is recurrence while it was being observed: the ticket is open again and its priority fits', async () => {
    await raise(hit({ severity: 'medium' }))
    await setTicket({ state: 'observing', assignee: 'zhang', observeUntil: '2026-11-25T02:00:00.000Z' })
    world.clock.turn(60)

    await raise(hit({ severity: 'critical', second: 60 }))

    const { incidents, tickets } = await rows()
    expect(incidents).toHaveLength(1)
    expect(tickets).toMatchObject([{ state: 'triaging', observeUntil: null, priority: 'P1' }])
    expect((await world.announced()).at(-1)).toBe('incident-recurred')
    const history = await world.transactions.read(t => t.transitions.find(world.uni.id, { ticketId: tickets[0]!.id }))
    expect(history).toMatchObject([{ rule: 17, by: 'system', from: 'observing', to: 'triaging' }])
  })

  it.each(['closed', 'false_positive', 'duplicate', 'accepted_risk'] as const)('is a new incident after it was %s', async state => {
    await raise(hit())
    await setTicket({ state })
    await raise(hit({ second: 60 }))

    const { alerts, incidents, tickets } = await rows()
    expect(tickets.map(ticket => ticket.state)).toEqual([state, 'new'])
    expect(alerts.map(alert => alert.incidentId)).toEqual(incidents.map(incident => incident.id))
    expect(await world.announcements('alert-raised')).toHaveLength(2)
  })
})

describe('many at once', () => {
  it('two customers with the same attack do not meet', async () => {
    await Promise.all([
      flow.raise(world.uni, [hit(), hit({ second: 1 })]),
      flow.raise(world.hos, [hit(), hit({ second: 1 })]),
      flow.raise(world.uni, [hit({ second: 2 })]),
      flow.raise(world.hos, [hit({ second: 2 })]),
    ])

    for (const tenant of [world.uni, world.hos]) {
      const { alerts, incidents, tickets } = await rows(tenant)
      expect([alerts.length, incidents.length, tickets.length]).toEqual([1, 1, 1])
      expect(incidents[0]?.number).toBe(`IN-${tenant.code}-261124-001`)
    }
    expect((await world.announcements('alert-raised')).map(row => row.tenantId).sort()).toEqual([world.hos.id, world.uni.id])
  })

  it('a hit without attacker, address or place in the archive is taken as well', async () => {
    const { attacker: _, ...nobody } = hit({ victim: {}, evidence: [] })

    await raise(nobody)

    expect((await rows()).incidents).toMatchObject([{ title: '未知主机 正被猜解口令', attackers: [] }])
  })
})

describe('scanning from the internet', () => {
  const scan = (n: number, set: Given = {}) =>
    hit({
      from: `${11 + (n % 80)}.${n % 251}.${n % 241}.9`,
      eventType: 'scan_probe',
      severity: 'medium',
      modelId: 'intel-match',
      title: '情报碰撞：扫描源地址来访',
      attackResult: 'unknown',
      victim: { ip: `10.20.${n % 7}.${n % 250}` },
      second: Math.floor(n / 100),
      ...set,
    })

  it('is one alert and one incident a day however many scan whom, and nobody is told', async () => {
    const burst = Array.from({ length: 100_000 }, (_, n) => scan(n))
    for (let at = 0; at < burst.length; at += 25_000) await raise(...burst.slice(at, at + 25_000))

    const { alerts, incidents, tickets } = await rows()
    expect([alerts.length, incidents.length, tickets.length]).toEqual([1, 1, 1])
    expect(alerts[0]).toMatchObject({ count: 100_000 })
    expect(incidents[0]).toMatchObject({ hits: 100_000, severity: 'info', victim: {}, eventType: 'scan_probe' })
    expect(incidents[0]!.attackers).toHaveLength(20)
    expect(tickets[0]).toMatchObject({ state: 'closed', priority: 'P4' })
    expect(await world.announced()).toEqual([])
  })

  it('comes again after a restart without being counted again, and begins anew the next day', async () => {
    const first = [scan(1), scan(2)]
    await raise(...first)
    await raise(...first, scan(3), scan(4, { second: 15 * 3600 }))

    expect((await rows()).alerts.map(alert => alert.count)).toEqual([3, 1])
    expect((await rows()).incidents).toHaveLength(2)
  })

  it('does not hide an attack of the same source', async () => {
    await raise(scan(1), scan(1, { eventType: 'web_exploit', severity: 'high' }))

    expect((await rows()).incidents.map(incident => incident.eventType)).toEqual(['scan_probe', 'web_exploit'])
    expect((await world.announced()).sort()).toEqual(['alert-raised', 'triage-needed'])
  })

  it('from inside is somebody’s doing and is told', async () => {
    await raise(scan(1, { from: '10.20.1.9' }))

    expect((await world.announced()).sort()).toEqual(['alert-raised', 'triage-needed'])
  })
})
