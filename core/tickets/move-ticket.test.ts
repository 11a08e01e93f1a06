import { beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { isStaff, roleLabel, type Role } from '../tenants/roles.js'
import { incidentStateLabel, incidentTransitions, type TransitionRule } from './incident-states.js'
import { moveTicket, type Move, type Mover } from './move-ticket.js'
import type { Evidence, IncidentState, Ticket } from './ticket.js'

/** domain.md 5.2, written down a second time: row, from, to, who, what must be shown. */
const analysts = ['analyst', 'senior_expert'] as const
const working: readonly IncidentState[] = [
  'new',
  'triaging',
  'confirmed',
  'awaiting_customer',
  'containing',
  'eradicating',
  'recovering',
  'verifying',
  'observing',
  'reviewing',
]
const table: readonly (readonly [number, IncidentState, IncidentState, readonly (Role | 'system')[], readonly Evidence['kind'][]])[] = [
  [2, 'new', 'triaging', analysts, ['claim']],
  [3, 'triaging', 'false_positive', analysts, ['text']],
  [4, 'triaging', 'duplicate', analysts, ['duplicate']],
  [5, 'triaging', 'confirmed', analysts, ['verdict']],
  [6, 'confirmed', 'awaiting_customer', analysts, ['plan']],
  [7, 'confirmed', 'containing', [...analysts, 'system'], ['plan', 'approval']],
  [8, 'awaiting_customer', 'containing', ['owner', 'approver'], ['approval']],
  [9, 'awaiting_customer', 'confirmed', ['owner', 'approver'], ['approval']],
  [10, 'awaiting_customer', 'accepted_risk', ['owner', 'approver'], ['approval', 'text']],
  [11, 'containing', 'eradicating', ['system', ...analysts], ['receipt', 'verification']],
  [12, 'eradicating', 'recovering', [...analysts, 'field_engineer', 'operator'], ['text']],
  [13, 'recovering', 'verifying', ['operator', 'customer_manager', 'system'], ['text']],
  [14, 'verifying', 'observing', ['system', ...analysts], ['verification']],
  [15, 'verifying', 'eradicating', ['system', ...analysts], ['verification']],
  [16, 'observing', 'reviewing', ['system'], ['text']],
  [17, 'observing', 'triaging', ['system'], ['alert']],
  [18, 'reviewing', 'closed', analysts, ['text']],
  [20, 'closed', 'triaging', ['owner', 'approver', 'operator', 'viewer', ...analysts], ['text']],
  [21, 'confirmed', 'reviewing', analysts, ['verdict']],
  [22, 'containing', 'confirmed', ['system', ...analysts], ['receipt']],
  [23, 'awaiting_customer', 'confirmed', ['system'], ['text']],
  ...working.flatMap(state => [
    [19, state, 'suspended', [...analysts, 'customer_manager', 'approver'], ['text']] as const,
    [24, 'suspended', state, ['system', ...analysts, 'customer_manager'], ['text']] as const,
  ]),
  [26, 'accepted_risk', 'triaging', ['system'], ['text']],
]
const states = Object.keys(incidentStateLabel) as IncidentState[]
const everybody = [...(Object.keys(roleLabel) as Role[]), 'system'] as const
const moves = table.map(row => ({ rule: row[0], from: row[1], to: row[2], who: row[3], needs: row[4] }))

let world: World
beforeAll(async () => {
  world = await openWorld()
})

const mover = (role: Role | 'system'): Mover => ({ userId: `some-${role}`, role, channel: 'text' })
const shown = (kinds: readonly Evidence['kind'][]): Evidence[] => kinds.map(kind => ({ kind, text: `${kind} is here` }))

async function ticketIn(state: IncidentState): Promise<{ ticket: Ticket; number: string }> {
  const { incident, ticket } = await world.incident({ state })
  return { ticket, number: incident.number }
}

const move = (ticket: Ticket, by: Mover, what: Move) => world.transactions.run(tx => moveTicket(tx, ticket, by, what))

/** What happens to a move, without a database: the first thing moveTicket would write is refused. */
async function outcome(from: IncidentState, to: IncidentState, role: Role | 'system', evidence: readonly Evidence[]): Promise<string> {
  const tx = {
    at: '2026-11-24T02:00:00.000Z',
    tickets: { update: () => Promise.reject(new Error('written')) },
  } as unknown as Parameters<typeof moveTicket>[0]
  const ticket = { id: 't', tenantId: 'u', state: from } as Ticket
  return moveTicket(tx, ticket, mover(role), { to, evidence, number: 'IN-uni-261124-001' }).then(
    () => 'written',
    (error: Error & { code?: string; reply?: string }) => (error.code ? `${error.code} ${error.reply ?? ''}` : error.message),
  )
}

describe('the table of domain.md 5.2', () => {
  it('is the one the services ask', () => {
    const flat = (rules: readonly TransitionRule[]) =>
      rules.flatMap(rule =>
        rule.from.map(from => `${rule.rule} ${from}→${rule.to} by ${[...rule.who].sort().join()} with ${rule.needs.join()}`),
      )

    expect(flat(incidentTransitions).sort()).toEqual(flat(moves.map(row => ({ ...row, from: [row.from], action: '' }))).sort())
  })

  it.each(moves)(
    'row $rule moves $from to $to for everybody it names, and leaves a row and an audit entry',
    async ({ rule, from, to, who, needs }) => {
      for (const role of who) {
        const { ticket, number } = await ticketIn(from)

        const moved = await move(ticket, mover(role), { to, evidence: shown(needs), number, comment: 'because' })

        expect(moved.state).toBe(to)
        const { stored, transition, audit } = await world.transactions.read(async t => ({
          stored: await t.tickets.get(ticket.tenantId, ticket.id),
          transition: await t.transitions.find(ticket.tenantId, { ticketId: ticket.id }),
          audit: await t.auditRecords.first(ticket.tenantId, { subject: number, action: 'ticket.moved' }),
        }))
        expect(stored).toEqual(moved)
        expect(transition).toMatchObject([
          { from, to, rule, by: `some-${role}`, channel: 'text', evidence: shown(needs), comment: 'because' },
        ])
        expect(audit).toMatchObject({ actor: `some-${role}`, details: { from, to, rule, staff: role !== 'system' && isStaff(role) } })
      }
    },
  )

  it.each(moves)('row $rule, $from to $to, refuses everybody else and names who may', async ({ from, to, needs }) => {
    const together = moves.filter(row => row.from === from && row.to === to)
    const allowed = together.flatMap(row => row.who)
    const names = together[0]!.who.filter(role => role !== 'system').map(role => roleLabel[role])

    for (const role of everybody.filter(one => !allowed.includes(one))) {
      const refused = await outcome(from, to, role, shown(needs))
      expect(refused, role).toBe(`NOT_ALLOWED 这个操作需要${names.join('或') || '系统'}，请由他来做。`)
    }
  })

  it.each(moves)(
    'row $rule, $from to $to, refuses to go without each piece of evidence, and an empty one is none',
    async ({ from, to, who, needs }) => {
      for (const missing of needs) {
        const others = shown(needs.filter(kind => kind !== missing))
        const none = await outcome(from, to, who[0]!, others)
        const empty = await outcome(from, to, who[0]!, [...others, { kind: missing, text: ' \n' }])

        expect(none).toMatch(/^EVIDENCE_MISSING IN-uni-261124-001 还缺/)
        expect(empty).toBe(none)
      }
    },
  )

  it('refuses every other move, whoever asks and whatever is shown', async () => {
    const everything = shown(['alert', 'verdict', 'plan', 'approval', 'receipt', 'verification', 'text', 'claim', 'duplicate'])
    const forbidden = states.flatMap(from =>
      states.filter(to => !moves.some(row => row.from === from && row.to === to)).map(to => [from, to] as const),
    )

    expect(forbidden.length).toBe(states.length ** 2 - new Set(moves.map(row => `${row.from}→${row.to}`)).size)
    for (const [from, to] of forbidden)
      for (const role of everybody)
        expect(await outcome(from, to, role, everything), `${from}→${to} by ${role}`).toMatch(/^TRANSITION_NOT_ALLOWED/)
  })

  it('never leads from confirmed to closed at once, nor out of a final state but by reopening', () => {
    expect(moves.filter(row => row.from === 'confirmed').map(row => row.to)).not.toContain('closed')
    const final = ['closed', 'false_positive', 'duplicate', 'accepted_risk']
    expect(moves.filter(row => final.includes(row.from)).map(({ rule, from, to }) => [rule, from, to])).toEqual([
      [20, 'closed', 'triaging'],
      [26, 'accepted_risk', 'triaging'],
    ])
  })
})

describe('moving a ticket', () => {
  it('lets one of two who move at once win and tells the other', async () => {
    const { ticket, number } = await ticketIn('new')
    const claim = { to: 'triaging', evidence: shown(['claim']), number } as const

    const results = await Promise.allSettled([move(ticket, mover('analyst'), claim), move(ticket, mover('senior_expert'), claim)])

    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected'])
    expect(results[1]).toMatchObject({ reason: { code: 'ALREADY_DONE', reply: `${number} 已由其他人于 刚才 处理。` } })
    expect(await world.transactions.read(t => t.transitions.count(ticket.tenantId, { ticketId: ticket.id }))).toBe(1)
  })

  it('leaves nothing behind when it is refused', async () => {
    const { ticket, number } = await ticketIn('triaging')
    const before = await world.audited()

    await expect(move(ticket, mover('viewer'), { to: 'confirmed', evidence: shown(['verdict']), number })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    })

    expect(await world.transactions.read(t => t.tickets.get(ticket.tenantId, ticket.id))).toEqual(ticket)
    expect(await world.audited()).toEqual(before)
  })

  it('says that the same was done before instead of naming the state it is already in', async () => {
    const { ticket, number } = await ticketIn('triaging')

    const again = move(ticket, mover('analyst'), { to: 'triaging', evidence: shown(['claim']), number })

    await expect(again).rejects.toMatchObject({ code: 'TRANSITION_NOT_ALLOWED', facts: { action: '再做一次' } })
  })

  it('sets what belongs to the move together with the state', async () => {
    const { ticket, number } = await ticketIn('reviewing')
    world.clock.turn(60)
    const closedAt = '2026-11-24T03:00:00.000Z'

    const moved = await move(ticket, mover('analyst'), { to: 'closed', evidence: shown(['text']), number, set: { closedAt } })

    expect(moved).toMatchObject({ closedAt, state: 'closed' })
    expect(moved.updatedAt > ticket.updatedAt).toBe(true)
    expect(await world.transactions.read(t => t.tickets.get(ticket.tenantId, ticket.id))).toEqual(moved)
  })
})
