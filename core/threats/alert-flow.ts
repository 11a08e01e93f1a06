// From hits to the customer's group, one transaction per merged story: alert, incident, ticket, audit and announcement together.
// Start reading here; judge-tenant.ts is the hot lane before it, bot/push/alert-raised.ts what comes after.
import type { Clock } from '../ports/clock.js'
import { plusSeconds } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { finalStates } from '../tickets/incident-states.js'
import { moveTicket, system } from '../tickets/move-ticket.js'
import { priorityOf } from '../tickets/priority.js'
import type { Ticket } from '../tickets/ticket.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Hit } from './hit.js'
import type { Alert, EvidenceLine, Incident } from './incident.js'
import { incidentTitle } from './incident-title.js'
import { judge } from './judgement.js'
import { groupKey, mergeKey } from './merge-key.js'
import { compareSeverity, maxSeverity } from './terms.js'

/** Hits farther apart than this are two stories. */
const MERGE_HOURS = 24
const EVIDENCE_LINES = 10
const ATTACKERS = 20
/** Archive files remembered per alert for recognising repeats. */
const FILES = 16

export interface AlertFlow {
  /** Safe to call again with the same hits: what was already merged is recognised by its archive position. */
  raise(tenant: Tenant, hits: readonly Hit[]): Promise<void>
}

export function makeAlertFlow({ transactions }: { transactions: Transactions; clock: Clock }): AlertFlow {
  return {
    async raise(tenant, hits) {
      const stories = new Map<string, Hit[]>()
      for (const hit of hits) stories.set(mergeKey(hit), [...(stories.get(mergeKey(hit)) ?? []), hit])
      for (const [key, story] of stories) await transactions.run(tx => openOrMerge(tx, tenant, key, story))
    },
  }
}

async function openOrMerge(tx: Tx, tenant: Tenant, key: string, story: readonly Hit[]): Promise<void> {
  const known = await tx.alerts.first(tenant.id, { mergeKey: key }, { order: { lastAt: 'desc' } })
  const hits = known ? story.filter(hit => !isApplied(known, hit)) : story
  if (hits.length === 0) return
  const first = hits[0]!
  const place = await findIncident(tx, tenant, groupKey(first), first)
  const incident = place?.incident ?? (await openIncident(tx, tenant, first))
  if (known && known.incidentId === incident.id) await growAlert(tx, known, hits)
  else await openAlert(tx, tenant, key, incident.id, hits)
  await renewIncident(tx, tenant, incident, place?.ticket, hits)
}

function isApplied(alert: Alert, hit: Hit): boolean {
  const position = hit.evidence.at(-1)?.position
  if (!position) return false
  const applied = alert.applied[position.file]
  return applied !== undefined && position.offset <= applied
}

async function findIncident(tx: Tx, tenant: Tenant, key: string, hit: Hit): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
  const incident = await tx.incidents.first(tenant.id, { groupKey: key }, { order: { lastAt: 'desc' } })
  if (!incident || Math.abs(Date.parse(hit.at) - Date.parse(incident.lastAt)) > MERGE_HOURS * 3_600_000) return undefined
  const ticket = await tx.tickets.first(tenant.id, { subjectId: incident.id })
  return ticket && !finalStates.includes(ticket.state) ? { incident, ticket } : undefined
}

async function openIncident(tx: Tx, tenant: Tenant, hit: Hit): Promise<Incident> {
  const number = await tx.number('IN', tenant)
  const id = tx.id()
  const incident: Incident = {
    id,
    tenantId: tenant.id,
    number,
    groupKey: groupKey(hit),
    title: incidentTitle(hit.eventType, hit.attackResult, hit.victim, hit.title),
    eventType: hit.eventType,
    severity: hit.severity,
    attackResult: hit.attackResult,
    victim: hit.victim,
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
  await tx.tickets.insert({
    id: tx.id(),
    tenantId: tenant.id,
    number: await tx.number('TK', tenant),
    type: 'incident',
    subjectId: id,
    state: 'new',
    priority: priorityOf(hit.severity),
    assignee: null,
    claimedAt: null,
    observeUntil: null,
    closedAt: null,
    createdAt: tx.at,
    updatedAt: tx.at,
  })
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'incident.opened',
    subject: number,
    details: { rule: 1, eventType: hit.eventType, severity: hit.severity, reason: hit.reason },
    traceId: id,
  })
  return incident
}

async function openAlert(tx: Tx, tenant: Tenant, key: string, incidentId: string, hits: readonly Hit[]): Promise<void> {
  const newest = hits.at(-1)!
  const number = await tx.number('AL', tenant)
  await tx.alerts.insert({
    id: tx.id(),
    tenantId: tenant.id,
    number,
    incidentId,
    mergeKey: key,
    modelId: newest.modelId,
    ruleId: newest.ruleId.slice(0, 128),
    eventType: newest.eventType,
    severity: hits.map(hit => hit.severity).reduce(maxSeverity),
    attackResult: hits.some(hit => hit.attackResult === 'success') ? 'success' : newest.attackResult,
    title: newest.title.slice(0, 300),
    reason: newest.reason,
    attack: [...new Set(hits.flatMap(hit => hit.attack))].slice(0, 20),
    count: hits.length,
    firstAt: hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b)),
    lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b)),
    createdAt: tx.at,
    strength: Math.max(...hits.map(hit => hit.strength)),
    author: newest.author?.slice(0, 300) ?? null,
    references: (newest.references ?? []).slice(0, 10),
    evidence: evidenceOf([], hits),
    applied: appliedBy({}, hits),
  })
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'alert.raised',
    subject: number,
    details: { model: newest.modelId, rule: newest.ruleId, reason: newest.reason },
    traceId: incidentId,
  })
}

async function growAlert(tx: Tx, alert: Alert, hits: readonly Hit[]): Promise<void> {
  const newest = hits.at(-1)!
  await tx.alerts.update(
    alert.tenantId,
    { id: alert.id },
    {
      severity: hits.map(hit => hit.severity).reduce(maxSeverity, alert.severity),
      attackResult: hits.some(hit => hit.attackResult === 'success') ? 'success' : alert.attackResult,
      title: newest.title.slice(0, 300),
      reason: newest.reason,
      attack: [...new Set([...alert.attack, ...hits.flatMap(hit => hit.attack)])].slice(0, 20),
      count: alert.count + hits.length,
      lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b), alert.lastAt),
      strength: Math.max(alert.strength, ...hits.map(hit => hit.strength)),
      evidence: evidenceOf(alert.evidence, hits),
      applied: appliedBy(alert.applied, hits),
    },
  )
}

/** The first lines show how it began, the newest how it goes on; the middle is in the archive. */
function evidenceOf(before: readonly EvidenceLine[], hits: readonly Hit[]): EvidenceLine[] {
  const all = [...before, ...hits.flatMap(hit => hit.evidence)]
  return all.length <= EVIDENCE_LINES ? all : [...all.slice(0, EVIDENCE_LINES / 2), ...all.slice(-EVIDENCE_LINES / 2)]
}

function appliedBy(before: Readonly<Record<string, number>>, hits: readonly Hit[]): Record<string, number> {
  const applied = new Map(Object.entries(before))
  for (const hit of hits) {
    const position = hit.evidence.at(-1)?.position
    if (position) applied.set(position.file, Math.max(applied.get(position.file) ?? -1, position.offset))
  }
  return Object.fromEntries([...applied].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-FILES))
}

async function renewIncident(tx: Tx, tenant: Tenant, incident: Incident, ticket: Ticket | undefined, hits: readonly Hit[]): Promise<void> {
  const alerts = await tx.alerts.find(tenant.id, { incidentId: incident.id }, { order: { lastAt: 'desc' }, limit: 50 })
  const severity = alerts.map(alert => alert.severity).reduce(maxSeverity, incident.severity)
  const succeeded = alerts.find(alert => alert.attackResult === 'success')
  const attackers = new Map(incident.attackers.map(({ ip, hits: n }) => [ip, n]))
  for (const hit of hits) if (hit.attacker) attackers.set(hit.attacker.ip, (attackers.get(hit.attacker.ip) ?? 0) + 1)
  const leading = succeeded ?? alerts.find(alert => alert.severity === severity) ?? alerts[0]
  const renewed: Incident = {
    ...incident,
    severity,
    eventType: leading?.eventType ?? incident.eventType,
    attackResult: succeeded ? 'success' : incident.attackResult,
    title: leading ? incidentTitle(leading.eventType, leading.attackResult, incident.victim, leading.title) : incident.title,
    attackers: [...attackers]
      .map(([ip, n]) => ({ ip, hits: n }))
      .sort((a, b) => b.hits - a.hits)
      .slice(0, ATTACKERS),
    hits: incident.hits + hits.length,
    firstAt: hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b), incident.firstAt),
    lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b), incident.lastAt),
    judgement: judge(alerts, tx.at),
  }
  const { id, tenantId, ...set } = renewed
  await tx.incidents.update(tenantId, { id }, set)
  await announce(tx, tenant, incident, renewed, ticket)
}

async function announce(tx: Tx, tenant: Tenant, before: Incident, after: Incident, ticket: Ticket | undefined): Promise<void> {
  const refs = { incidentId: after.id }
  const worthTelling = compareSeverity(after.severity, 'medium') >= 0
  const opened = before.hits === 0
  if (ticket?.state === 'observing') {
    await moveTicket(tx, ticket, system, {
      to: 'triaging',
      number: after.number,
      traceId: after.traceId,
      evidence: [{ kind: 'alert', text: `观察期内再次出现，累计 ${after.hits} 次命中` }],
      set: { observeUntil: null },
    })
    tx.announce({ tenantId: tenant.id, kind: 'incident-recurred', refs, key: `recurred:${after.id}:${tx.at}` })
    return
  }
  if (!worthTelling) return
  if (opened || compareSeverity(before.severity, 'medium') < 0) {
    tx.announce({
      tenantId: tenant.id,
      kind: 'triage-needed',
      refs,
      key: `triage:${after.id}`,
      dueAt: plusSeconds(tx.at, Math.min(tenant.settings.firstReportWaitSeconds, 2)),
    })
    tx.announce({
      tenantId: tenant.id,
      kind: 'alert-raised',
      refs,
      key: `alert-raised:${after.id}`,
      dueAt: plusSeconds(tx.at, tenant.settings.firstReportWaitSeconds),
    })
  } else if (compareSeverity(after.severity, before.severity) > 0) {
    if (ticket) await tx.tickets.update(tenant.id, { id: ticket.id }, { priority: priorityOf(after.severity), updatedAt: tx.at })
    tx.announce({ tenantId: tenant.id, kind: 'alert-worsened', refs, key: `worsened:${after.id}:${after.severity}` })
  } else {
    const wait = tenant.settings.growthReportSeconds
    const slot = Math.floor(Date.parse(tx.at) / (wait * 1000))
    tx.announce({
      tenantId: tenant.id,
      kind: 'alert-grown',
      refs,
      key: `grown:${after.id}:${slot}`,
      dueAt: new Date((slot + 1) * wait * 1000).toISOString(),
    })
  }
}
