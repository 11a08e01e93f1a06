// Every role tries every move of every kind of case: what the table says is done, everything else is refused and leaves nothing behind.
import { describe, expect, it } from 'vitest'
import { openWorld } from '../../tests/support/memory-world.js'
import { isAppError } from '../errors.js'
import { roleLabel, type Role } from '../tenants/roles.js'
import type { Mover } from '../tickets/move-ticket.js'
import type { Case, CaseEvidence, CaseKind } from './case.js'
import { caseKinds } from './case.js'
import { evidenceLabel, moveCase, openNewCase, type CaseMove } from './move-case.js'
import { caseTables } from './case-tables.js'
import type { CaseRule } from './case-table.js'
import type { ServiceOrderDetails } from './service-order.js'

const world = await openWorld()
const everybody: readonly (Role | 'system')[] = [...(Object.keys(roleLabel) as Role[]), 'system']
const everything = (Object.keys(evidenceLabel) as CaseEvidence['kind'][]).map((kind): CaseEvidence => ({ kind, text: `some ${kind}` }))
const mover = (role: Role | 'system'): Mover => ({ userId: `some-${role}`, role, channel: 'text' })
const at = (days: number) => new Date(world.clock.now() + days * 86_400_000).toISOString()

/** What lets every guard pass for this person. */
function detailsFor(userId: string): ServiceOrderDetails & { proposedBy: string } {
  const letter = {
    number: 'AU-uni-261124-001',
    targets: ['10.20.0.0/16'],
    exclude: [],
    from: at(-1),
    to: at(30),
    window: null,
    signedBy: userId,
    signedAt: at(0),
    stamped: 'a'.repeat(64),
  }
  return { service: '渗透测试', wanted: '', days: 2, scope: '', letter, startsAt: null, deliverables: [], proposedBy: 'somebody-else' }
}

const setFor = (rule: CaseRule | undefined): CaseMove['set'] => (rule?.guard === 'temporary-opening' ? { until: at(3) } : {})

async function caseIn(kind: CaseKind, state: string, userId: string): Promise<Case> {
  return world.transactions.run(async tx => {
    const opener: Mover = { userId: 'somebody-else', role: 'system', channel: 'system' }
    return openNewCase(tx, world.uni, opener, { kind, title: 'a case', severity: 'medium', state, details: detailsFor(userId) })
  })
}

async function outcome(row: Case, role: Role | 'system', move: CaseMove): Promise<string> {
  try {
    return (await world.transactions.run(tx => moveCase(tx, row, mover(role), move))).state
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

describe.each(caseKinds)('the table of %s', kind => {
  const { rules, labels, first, final } = caseTables[kind]
  const states = Object.keys(labels)
  const moves = rules.flatMap(rule => rule.from.map(from => ({ ...rule, from })))

  it('lets exactly those named make each move, and writes what happened', async () => {
    let tried = 0
    for (const { from, to } of moves)
      for (const role of everybody) {
        const own = rules.find(rule => rule.from.includes(from) && rule.to === to && rule.who.includes(role))
        const row = await caseIn(kind, from, `some-${role}`)

        const got = await outcome(row, role, { to, evidence: everything, ...(setFor(own) ? { set: setFor(own)! } : {}) })

        expect(got, `${from}→${to} by ${role}`).toBe(own ? to : 'NOT_ALLOWED')
        const written = await world.transactions.read(t =>
          t.caseTransitions.find(world.uni.id, { caseId: row.id }, { order: { id: 'asc' } }),
        )
        expect(written.slice(1)).toMatchObject(own ? [{ from, to, rule: own.rule, by: `some-${role}` }] : [])
        tried++
      }
    expect(tried).toBe(moves.length * everybody.length)
  })

  it('refuses every other move, whoever asks and whatever is shown', async () => {
    for (const from of states) {
      const row = await caseIn(kind, from, 'somebody')
      for (const to of states.filter(one => !moves.some(move => move.from === from && move.to === one)))
        for (const role of everybody)
          expect(await outcome(row, role, { to, evidence: everything }), `${from}→${to} by ${role}`).toBe('TRANSITION_NOT_ALLOWED')
    }
  })

  it('refuses to go without each piece of evidence, and an empty one is none', async () => {
    for (const rule of rules)
      for (const missing of rule.needs) {
        const role = rule.who[0]!
        const row = await caseIn(kind, rule.from[0]!, `some-${role}`)
        const others = everything.filter(item => item.kind !== missing)
        const set = setFor(rule) ?? {}

        expect(await outcome(row, role, { to: rule.to, evidence: others, set })).toBe('EVIDENCE_MISSING')
        expect(await outcome(row, role, { to: rule.to, evidence: [...others, { kind: missing, text: ' \n' }], set })).toBe(
          'EVIDENCE_MISSING',
        )
      }
  })

  it('reaches every state from the first, and leaves none but the final ones a dead end', () => {
    const reached = new Set([first])
    for (let grown = true; grown;) {
      const next = moves.filter(({ from, to }) => reached.has(from) && !reached.has(to)).map(({ to }) => to)
      for (const to of next) reached.add(to)
      grown = next.length > 0
    }
    expect([...reached].sort()).toEqual([...states].sort())
    expect(states.filter(state => !moves.some(({ from }) => from === state))).toEqual(
      final.filter(state => !moves.some(({ from }) => from === state)),
    )
  })
})

describe('what is checked beside role and evidence', () => {
  const stepped = async (
    kind: CaseKind,
    state: string,
    role: Role,
    change: (details: ReturnType<typeof detailsFor>) => unknown,
    move: CaseMove,
  ) => {
    const userId = `some-${role}`
    const row = await caseIn(kind, state, userId)
    const details = change(detailsFor(userId))
    await world.transactions.run(tx => tx.cases.update(row.tenantId, { id: row.id }, { details }))
    return outcome({ ...row, details }, role, { ...move, evidence: everything })
  }
  const begin = (change: (details: ReturnType<typeof detailsFor>) => unknown, targets: readonly string[] = []) =>
    stepped('service_order', 'scheduled', 'field_engineer', change, { to: 'in_progress', evidence: [], targets })
  const letter = (change: object) => (details: ReturnType<typeof detailsFor>) => ({ ...details, letter: { ...details.letter, ...change } })

  it('work begins only within the letter', async () => {
    expect(await begin(details => details)).toBe('in_progress')
    expect(await begin(details => ({ ...details, letter: null }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ to: at(-0.1) }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ from: at(1) }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ signedAt: null }))).toBe('LETTER_REFUSED')
    // The clock of these tests stands at 10:00 in Shanghai.
    expect(await begin(letter({ window: '22:00-06:00' }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ window: '09:00-10:00' }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ window: '09:00-10:01' }))).toBe('in_progress')
    expect(await begin(letter({ stamped: null, signedAt: at(-1.01) }))).toBe('LETTER_REFUSED')
    expect(await begin(letter({ stamped: null, signedAt: at(-0.99) }))).toBe('in_progress')
  })

  it('work begins only on what the letter names', async () => {
    expect(await begin(details => details, ['10.20.3.4'])).toBe('in_progress')
    expect(await begin(details => details, ['10.20.3.0/24', '10.20.4.1'])).toBe('in_progress')
    expect(await begin(details => details, ['10.20.3.4', '10.21.0.1'])).toBe('LETTER_REFUSED')
    expect(await begin(details => details, ['10.0.0.0/8'])).toBe('LETTER_REFUSED')
    expect(await begin(letter({ exclude: ['10.20.3.0/24'] }), ['10.20.3.4'])).toBe('LETTER_REFUSED')
    expect(await begin(letter({ targets: ['example.edu.cn'] }), ['oa.example.edu.cn'])).toBe('in_progress')
    expect(await begin(letter({ targets: ['example.edu.cn'] }), ['badexample.edu.cn'])).toBe('LETTER_REFUSED')
  })

  it('an opening is for seven days at most, granted by another person', async () => {
    const grant = (days: number, proposedBy = 'somebody-else') =>
      stepped('exposure', 'ownership_confirming', 'approver', details => ({ ...details, proposedBy }), {
        to: 'temporary',
        evidence: [],
        set: { until: at(days) },
      })
    expect(await grant(6.9)).toBe('temporary')
    expect(await grant(7.1)).toBe('ARGUMENT_INVALID')
    expect(await grant(-1)).toBe('ARGUMENT_INVALID')
    expect(await grant(3, 'some-approver')).toBe('OWN_PROPOSAL')
  })

  it('an operator takes a change into the baseline only as the second person', async () => {
    const accept = (role: Role, proposedBy: string | undefined) =>
      stepped(
        'configuration_change',
        'reviewing',
        role,
        ({ proposedBy: _, ...details }) => ({ ...details, ...(proposedBy ? { proposedBy } : {}) }),
        {
          to: 'authorized',
          evidence: [],
        },
      )
    expect(await accept('operator', undefined)).toBe('SECOND_PERSON_NEEDED')
    expect(await accept('operator', 'some-operator')).toBe('SECOND_PERSON_NEEDED')
    expect(await accept('operator', 'some-analyst')).toBe('authorized')
    expect(await accept('approver', undefined)).toBe('authorized')
  })

  it('of two who move at once one wins', async () => {
    const row = await caseIn('configuration_change', 'reviewing', 'x')
    const violate = { to: 'violating', evidence: everything }

    expect(await outcome(row, 'approver', violate)).toBe('violating')
    expect(await outcome(row, 'owner', violate)).toBe('ALREADY_DONE')
  })
})
