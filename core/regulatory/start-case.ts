// Writes a grade and, from “较大” on, starts the law's countdown and tells the customer's owner and manager; inside the transaction of the judgement.
import { startWaking } from '../clocks/timers.js'
import { plusSeconds } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Incident } from '../threats/incident.js'
import type { Ticket } from '../tickets/ticket.js'
import { importanceOf, REPORTED_FROM, reportHours, suggestGrade, type ImpactFacts, type NationalGrade, type Suggestion } from './grade.js'
import type { RegulatoryCase, RegulatoryState } from './regulatory-case.js'

interface Found {
  readonly tenant: Tenant
  readonly incident: Incident
  readonly ticket: Ticket
}

export function suggestionFor({ tenant, ticket }: Found, facts: ImpactFacts): Suggestion {
  const kind = tenant.settings.reporterKind ?? 'other'
  return suggestGrade({ priority: ticket.priority, importance: importanceOf(tenant.mlpsLevel, kind), kind, facts })
}

interface Given {
  readonly grade: NationalGrade
  readonly why: readonly string[]
  readonly facts: ImpactFacts
  readonly by: string
  readonly state: Extract<RegulatoryState, 'suggested' | 'filed' | 'reviewed'>
}

export async function startCase(tx: Tx, found: Found, { grade, why, facts, by, state }: Given): Promise<RegulatoryCase> {
  const { tenant, incident, ticket } = found
  const tenantId = tenant.id
  const before = await tx.regulatoryCases.get(tenantId, ticket.id)
  const mustReport = grade <= REPORTED_FROM
  // The countdown counts from the first time it was judged so grave, not from the newest word about it.
  const startedAt = mustReport ? (before?.startedAt ?? tx.at) : null
  const dueAt = startedAt === null ? null : plusSeconds(startedAt, reportHours[tenant.settings.reporterKind ?? 'other'] * 3600)
  const row: RegulatoryCase = {
    id: ticket.id,
    tenantId,
    incidentId: incident.id,
    subject: incident.number,
    state,
    grade,
    why,
    facts,
    filedBy: state === 'filed' ? by : (before?.filedBy ?? null),
    reviewedBy: state === 'reviewed' ? by : (before?.reviewedBy ?? null),
    decidedBy: before?.decidedBy ?? null,
    decision: before?.decision ?? null,
    startedAt,
    dueAt,
    createdAt: before?.createdAt ?? tx.at,
  }
  if (!(await tx.regulatoryCases.insertIfAbsent(row))) {
    const { id, tenantId: _, ...set } = row
    await tx.regulatoryCases.update(tenantId, { id }, set)
  }
  tx.audit({
    tenantId,
    actor: by,
    action: `regulatory.${state}`,
    subject: incident.number,
    details: { grade, why, facts, dueAt },
    traceId: incident.traceId,
  })
  const wasGrave = before !== undefined && before.grade <= REPORTED_FROM
  if (dueAt !== null && !before?.decidedBy) {
    const half = plusSeconds(startedAt ?? tx.at, (Date.parse(dueAt) - Date.parse(startedAt ?? tx.at)) / 2000)
    await startWaking(tx, ticket, incident.number, 'regulatory_report', dueAt, half > tx.at ? half : null)
  }
  if (mustReport || wasGrave)
    tx.announce({
      tenantId,
      kind: 'regulatory-countdown',
      refs: { ticketId: ticket.id, stage: mustReport ? (wasGrave ? 'changed' : 'started') : 'lowered' },
      key: `regulatory:${ticket.id}:${state}:${grade}`,
    })
  return row
}

/** Asked when a verdict or a priority is given: a rule of 4.4 that says “较大” or more starts the case by itself. */
export async function suggestCase(tx: Tx, found: Found): Promise<void> {
  if (found.ticket.priority !== 'P1') return
  if (await tx.regulatoryCases.get(found.tenant.id, found.ticket.id)) return
  const { grade, why } = suggestionFor(found, {})
  // What is a weakness and was not used is no incident of this kind (4.4).
  if (['weak_password', 'exposed_service', 'critical_vuln_advisory', 'scan_probe'].includes(found.incident.eventType)) return
  if (grade <= REPORTED_FROM) await startCase(tx, found, { grade, why, facts: {}, by: 'system', state: 'suggested' })
}
