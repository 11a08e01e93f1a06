// Every role tries every move of a finding: what the table says is done, everything else is refused.
import { expect, it } from 'vitest'
import { openWorld } from '../../tests/support/memory-world.js'
import { isAppError } from '../errors.js'
import { roleLabel, type Role } from '../tenants/roles.js'
import { findingStates, type Finding, type FindingState } from './finding.js'
import { findingRules } from './finding-states.js'
import { moveFinding } from './move-finding.js'

const world = await openWorld()
const everybody: readonly (Role | 'system')[] = [...(Object.keys(roleLabel) as Role[]), 'system']
const until = new Date(world.clock.now() + 86_400_000).toISOString()
const finding: Finding = {
  id: 'finding-1',
  tenantId: world.uni.id,
  identity: 'f'.repeat(64),
  kind: 'vulnerability',
  engine: 'nuclei',
  checkKey: 'x',
  title: 'a finding',
  severity: 'high',
  host: '10.20.1.5',
  port: 443,
  protocol: 'tcp',
  state: 'discovered',
  details: {
    cve: [],
    cwe: [],
    cvss: { score: null, vector: null },
    instances: [],
    evidence: '',
    description: '',
    solution: '',
    references: [],
    toVerify: false,
  },
  occurrences: 1,
  reopened: 0,
  firstSeenAt: until,
  lastSeenAt: until,
  uncoveredSince: null,
  fixedAt: null,
  dueAt: until,
  holdsUntil: null,
  updatedAt: until,
}
await world.transactions.run(tx => tx.findings.insert(finding))

async function outcome(
  from: FindingState,
  to: FindingState,
  role: Role | 'system',
  given: { reason: string; until?: string },
): Promise<string> {
  try {
    return await world.transactions.run(async tx => {
      await tx.findings.update(finding.tenantId, { id: finding.id }, { state: from })
      return (await moveFinding(tx, { ...finding, state: from }, { userId: `some-${role}`, role }, { to, ...given })).state
    })
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

it('each move is made by exactly those the table names', async () => {
  for (const from of findingStates)
    for (const to of findingStates) {
      const rules = findingRules.filter(rule => rule.from.includes(from) && rule.to === to)
      for (const role of everybody) {
        const allowed = rules.some(rule => rule.who.includes(role))
        const expected = rules.length === 0 ? 'TRANSITION_NOT_ALLOWED' : allowed ? to : 'NOT_ALLOWED'
        expect(await outcome(from, to, role, { reason: 'because', until }), `${from}→${to} by ${role}`).toBe(expected)
      }
    }
})

it('a reason and an end are asked for where the table says so', async () => {
  for (const rule of findingRules) {
    const role = rule.who[0]!
    const without = await outcome(rule.from[0]!, rule.to, role, { reason: ' ', until })
    const endless = await outcome(rule.from[0]!, rule.to, role, { reason: 'because' })
    expect([without, endless], `row ${rule.rule}`).toEqual([
      rule.needsReason ? 'EVIDENCE_MISSING' : rule.to,
      rule.needsEnd ? 'EVIDENCE_MISSING' : rule.to,
    ])
  }
})
