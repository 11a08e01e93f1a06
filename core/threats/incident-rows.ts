// The row of an incident: found by its key, opened with its ticket, renewed from its alerts; called by alert-flow.ts inside its transaction.
import type { Tx } from '../ports/transaction.js'
import { clocksOfNew } from '../clocks/ticket-clocks.js'
import { escalate, isGraveEvent } from '../escalations/escalate.js'
import { finalStates } from '../tickets/incident-states.js'
import { priorityOf } from '../tickets/priority.js'
import type { Ticket } from '../tickets/ticket.js'
import type { Tenant } from '../tenants/tenant.js'
import { announceIncident } from './announce-incident.js'
import type { Hit } from './hit.js'
import type { Alert, Incident } from './incident.js'
import { incidentTitle } from './incident-title.js'
import { judge } from './judgement.js'
import { groupKey, isScanNoise } from './merge-key.js'
import { tooFar, type Added } from './story.js'
import { negativesFor, type Suppression } from './suppressions/suppression.js'
import { compareSeverity, maxSeverity, type Severity } from './terms.js'

const ATTACKERS = 20
const SCAN_TITLE = '互联网扫描探测（当日归并，只进日报）'

/** The incident an alert of another product belongs to, however long ago, while its ticket is open. */
export async function openPlace(tx: Tx, alert: Alert): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
  const incident = await tx.incidents.get(alert.tenantId, alert.incidentId)
  const ticket = incident && (await tx.tickets.first(alert.tenantId, { subjectId: incident.id }))
  return incident && ticket && !finalStates.includes(ticket.state) ? { incident, ticket } : undefined
}

export async function findIncident(
  tx: Tx,
  tenant: Tenant,
  key: string,
  hit: Hit,
): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
  const incident = await tx.incidents.first(tenant.id, { groupKey: key }, { order: { lastAt: 'desc' } })
  if (!incident || tooFar(hit.at, incident.lastAt)) return undefined
  const ticket = await tx.tickets.first(tenant.id, { subjectId: incident.id })
  // A day of scanning has a ticket nobody works on; it is closed from the beginning.
  if (ticket && isScanNoise(hit)) return { incident, ticket }
  return ticket && !finalStates.includes(ticket.state) ? { incident, ticket } : undefined
}

export async function openIncident(tx: Tx, tenant: Tenant, hit: Hit, severity: Severity): Promise<Incident> {
  const noise = isScanNoise(hit)
  const number = await tx.number('IN', tenant)
  const id = tx.id()
  const incident: Incident = {
    id,
    tenantId: tenant.id,
    number,
    groupKey: groupKey(hit, tenant.timeZone),
    title: noise ? SCAN_TITLE : incidentTitle(hit.eventType, hit.attackResult, hit.victim, hit.title, hit.fingerprint !== undefined),
    eventType: hit.eventType,
    severity: noise ? 'info' : severity,
    attackResult: hit.attackResult,
    victim: noise ? {} : hit.victim,
    attackers: [],
    hits: 0,
    firstAt: hit.at,
    lastAt: hit.at,
    createdAt: tx.at,
    judgement: judge([], tx.at),
    verdict: null,
    firstReportedAt: null,
    reportedHits: 0,
    conclusion: null,
    traceId: id,
  }
  await tx.incidents.insert(incident)
  const ticket: Ticket = {
    id: tx.id(),
    tenantId: tenant.id,
    number: await tx.number('TK', tenant),
    type: 'incident',
    subjectId: id,
    state: noise ? 'closed' : 'new',
    priority: noise ? 'P4' : priorityOf(severity),
    assignee: null,
    claimedAt: null,
    observeUntil: null,
    closedAt: null,
    createdAt: tx.at,
    updatedAt: tx.at,
  }
  await tx.tickets.insert(ticket)
  if (!finalStates.includes(ticket.state)) await clocksOfNew(tx, ticket, number)
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'incident.opened',
    subject: number,
    details: { rule: 1, eventType: hit.eventType, severity, reason: hit.reason },
    traceId: id,
  })
  return incident
}

export async function renewIncident(
  tx: Tx,
  tenant: Tenant,
  incident: Incident,
  ticket: Ticket | undefined,
  hits: readonly Hit[],
  added: Added,
  suppressions: readonly Suppression[],
): Promise<void> {
  const alerts = await tx.alerts.find(tenant.id, { incidentId: incident.id }, { order: { lastAt: 'desc' }, limit: 50 })
  const noise = hits.every(isScanNoise)
  const severity = noise ? incident.severity : alerts.map(alert => alert.severity).reduce(maxSeverity, incident.severity)
  const succeeded = alerts.find(alert => alert.attackResult === 'success')
  const attackers = new Map(incident.attackers.map(({ ip, hits: n }) => [ip, n]))
  for (const [ip, n] of added.byAttacker) attackers.set(ip, (attackers.get(ip) ?? 0) + n)
  const leading = succeeded ?? alerts.find(alert => alert.severity === severity) ?? alerts[0]
  const renewed: Incident = {
    ...incident,
    severity,
    eventType: leading?.eventType ?? incident.eventType,
    attackResult: succeeded ? 'success' : incident.attackResult,
    title: noise
      ? incident.title
      : leading
        ? incidentTitle(leading.eventType, leading.attackResult, incident.victim, leading.title, leading.fingerprint !== null)
        : incident.title,
    attackers: [...attackers]
      .map(([ip, n]) => ({ ip, hits: n }))
      .sort((a, b) => b.hits - a.hits)
      .slice(0, ATTACKERS),
    hits: incident.hits + added.events,
    firstAt: hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b), incident.firstAt),
    lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b), incident.lastAt),
    judgement: incident.judgement,
  }
  const negatives = negativesFor(renewed, alerts, suppressions)
  const { id, tenantId, ...set } = { ...renewed, judgement: judge(alerts, tx.at, { negatives }) }
  await tx.incidents.update(tenantId, { id }, set)
  if (noise) return
  const after = { ...renewed, judgement: set.judgement }
  await announceIncident(tx, tenant, incident, after, ticket)
  const grave =
    isGraveEvent(
      after,
      alerts.map(alert => alert.title),
    ) && compareSeverity(after.severity, 'high') >= 0
  const reason = grave ? 'grave-event' : after.judgement.contested ? 'models-disagree' : undefined
  if (reason === undefined) return
  const own = await tx.tickets.first(tenant.id, { subjectId: incident.id })
  if (own) await escalate(tx, { incident: after, ticket: own }, { reason })
}
