// From hits to the customer's group, one transaction per merged story: alert, incident, ticket, audit and announcement together.
// Start reading here; judge-tenant.ts is the hot lane before it, bot/push/alert-raised.ts what comes after.
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
import { activeSuppressions } from './suppressions/suppression-service.js'
import { applySuppressions, negativesFor, type Suppression } from './suppressions/suppression.js'
import { compareSeverity, maxSeverity, type Severity } from './terms.js'

/** Hits farther apart than this are two stories. */
const MERGE_HOURS = 24
const EVIDENCE_LINES = 10
const ATTACKERS = 20
/** Stories written in one transaction. */
const TOGETHER = 25
/** Stories (rule and attacker) counted per alert. */
const STORIES = 100
/** Archive files remembered per alert for recognising repeats. */
const FILES = 16

export interface AlertFlow {
  /** Safe to call again with the same hits: what was already merged is recognised by its archive position. */
  raise(tenant: Tenant, hits: readonly Hit[]): Promise<void>
}

export function makeAlertFlow({ transactions }: { transactions: Transactions }): AlertFlow {
  return {
    async raise(tenant, all) {
      const known = await transactions.read(t => activeSuppressions(t, tenant.id, earliest(all)))
      const { kept: hits, met } = applySuppressions(all, known)
      if (met.size > 0) await transactions.run(tx => countMet(tx, tenant.id, met))
      const stories = new Map<string, Hit[]>()
      for (const hit of hits) stories.set(mergeKey(hit), [...(stories.get(mergeKey(hit)) ?? []), hit])
      const parts = [...stories].flatMap(([key, story]) => apart(story).map(part => [key, part] as const))
      for (let at = 0; at < parts.length; at += TOGETHER) {
        const chunk = parts.slice(at, at + TOGETHER)
        // A commit waits for the disk: in a storm many stories share one. Whatever fails is done again one by one.
        const isDone = await transactions
          .run(async tx => {
            for (const [key, part] of chunk) await openOrMerge(tx, tenant, key, part, known)
          })
          .then(
            () => true,
            (error: unknown) => {
              if (chunk.length === 1) throw error
              return false
            },
          )
        if (!isDone) for (const [key, part] of chunk) await transactions.run(tx => openOrMerge(tx, tenant, key, part, known))
      }
    },
  }
}

/** A backlog may hold what a suppression covered that has ended since. */
function earliest(hits: readonly Hit[]): string {
  return hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b), '9999')
}

/** What is not said is counted where it was decided: 抑制清单 shows it. */
async function countMet(tx: Tx, tenantId: string, met: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, more] of met) {
    const row = await tx.suppressions.get(tenantId, id)
    if (row) await tx.suppressions.update(tenantId, { id }, { hits: Math.min(row.hits + more, 2_000_000_000), lastHitAt: tx.at })
  }
}

/** Two stories may come in one batch, when a backlog is judged. */
function apart(hits: readonly Hit[]): Hit[][] {
  const parts: Hit[][] = []
  for (const hit of hits) {
    const before = parts.at(-1)
    // Another product says itself what is one story.
    if (before && (hit.fingerprint !== undefined || !tooFar(before.at(-1)!.at, hit.at))) before.push(hit)
    else parts.push([hit])
  }
  return parts
}

function tooFar(a: string, b: string): boolean {
  return Math.abs(Date.parse(a) - Date.parse(b)) > MERGE_HOURS * 3_600_000
}

async function openOrMerge(
  tx: Tx,
  tenant: Tenant,
  key: string,
  story: readonly Hit[],
  suppressions: readonly Suppression[],
): Promise<void> {
  const known = await tx.alerts.first(tenant.id, { mergeKey: key }, { order: { lastAt: 'desc' } })
  const fresh = known ? story.filter(hit => !isApplied(known, hit)) : story
  const hits = fresh.filter(hit => !hit.resolved)
  const [first] = hits
  if (first) {
    const place =
      (known && first.fingerprint !== undefined ? await openPlace(tx, known) : undefined) ??
      (await findIncident(tx, tenant, groupKey(first), first))
    const incident = place?.incident ?? (await openIncident(tx, tenant, first, hits.map(hit => hit.severity).reduce(maxSeverity)))
    const isKnown = known !== undefined && known.incidentId === incident.id
    const added = countStories(isKnown ? (known.stories ?? {}) : {}, hits)
    if (isKnown) await growAlert(tx, known, hits, added)
    else await openAlert(tx, tenant, key, incident.id, hits, added, known?.applied ?? {})
    await renewIncident(tx, tenant, incident, place?.ticket, hits, added, suppressions)
  }
  const last = fresh.at(-1)
  if (last?.resolved) await resolve(tx, tenant, key, last)
}

/** The incident an alert of another product belongs to, however long ago, while its ticket is open. */
async function openPlace(tx: Tx, alert: Alert): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
  const incident = await tx.incidents.get(alert.tenantId, alert.incidentId)
  const ticket = incident && (await tx.tickets.first(alert.tenantId, { subjectId: incident.id }))
  return incident && ticket && !finalStates.includes(ticket.state) ? { incident, ticket } : undefined
}

/** The product says it is over; when that is so of every alert of the incident, people are told once. */
async function resolve(tx: Tx, tenant: Tenant, key: string, hit: Hit): Promise<void> {
  const alert = await tx.alerts.first(tenant.id, { mergeKey: key }, { order: { lastAt: 'desc' } })
  if (!alert || alert.resolvedAt !== null) return
  await tx.alerts.update(
    tenant.id,
    { id: alert.id },
    {
      resolvedAt: hit.at,
      lastAt: hit.at > alert.lastAt ? hit.at : alert.lastAt,
      reason: hit.reason,
      evidence: evidenceOf(alert.evidence, [hit]),
      applied: appliedBy(alert.applied, [hit]),
    },
  )
  tx.audit({
    tenantId: tenant.id,
    actor: 'system',
    action: 'alert.resolved',
    subject: alert.number,
    details: { at: hit.at },
    traceId: alert.incidentId,
  })
  const open = await tx.alerts.count(tenant.id, { incidentId: alert.incidentId, resolvedAt: null })
  if (open === 0)
    tx.announce({
      tenantId: tenant.id,
      kind: 'incident-recovered',
      refs: { incidentId: alert.incidentId },
      key: `recovered:${alert.incidentId}:${alert.id}:${hit.at}`,
    })
}

interface Added {
  readonly events: number
  readonly byAttacker: ReadonlyMap<string, number>
  readonly stories: Readonly<Record<string, number>>
}

/** A hit carries the count of its story so far; what came since the one before is added. A smaller count is a new beginning. */
function countStories(before: Readonly<Record<string, number>>, hits: readonly Hit[]): Added {
  const stories = new Map(Object.entries(before))
  const byAttacker = new Map<string, number>()
  let events = 0
  for (const hit of hits) {
    const story = `${hit.ruleId.slice(0, 60)}|${hit.attacker?.ip ?? ''}`
    const earlier = stories.get(story) ?? 0
    const more = Math.max(1, hit.count > earlier ? hit.count - earlier : hit.count)
    stories.delete(story)
    stories.set(story, hit.count)
    events += more
    if (hit.attacker) byAttacker.set(hit.attacker.ip, (byAttacker.get(hit.attacker.ip) ?? 0) + more)
  }
  return { events, byAttacker, stories: Object.fromEntries([...stories].slice(-STORIES)) }
}

function isApplied(alert: Alert, hit: Hit): boolean {
  const position = hit.evidence.at(-1)?.position
  if (!position) return false
  const applied = alert.applied[position.file]
  return applied !== undefined && position.offset <= applied
}

async function findIncident(tx: Tx, tenant: Tenant, key: string, hit: Hit): Promise<{ incident: Incident; ticket: Ticket } | undefined> {
  const incident = await tx.incidents.first(tenant.id, { groupKey: key }, { order: { lastAt: 'desc' } })
  if (!incident || tooFar(hit.at, incident.lastAt)) return undefined
  const ticket = await tx.tickets.first(tenant.id, { subjectId: incident.id })
  return ticket && !finalStates.includes(ticket.state) ? { incident, ticket } : undefined
}

async function openIncident(tx: Tx, tenant: Tenant, hit: Hit, severity: Severity): Promise<Incident> {
  const number = await tx.number('IN', tenant)
  const id = tx.id()
  const incident: Incident = {
    id,
    tenantId: tenant.id,
    number,
    groupKey: groupKey(hit),
    title: incidentTitle(hit.eventType, hit.attackResult, hit.victim, hit.title, hit.fingerprint !== undefined),
    eventType: hit.eventType,
    severity,
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
    priority: priorityOf(severity),
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
    details: { rule: 1, eventType: hit.eventType, severity, reason: hit.reason },
    traceId: id,
  })
  return incident
}

/** @param applied of the story's alert before: what that one took must not come again either */
async function openAlert(
  tx: Tx,
  tenant: Tenant,
  key: string,
  incidentId: string,
  hits: readonly Hit[],
  added: Added,
  applied: Alert['applied'],
): Promise<void> {
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
    count: added.events,
    firstAt: hits.map(hit => hit.at).reduce((a, b) => (a < b ? a : b)),
    lastAt: hits.map(hit => hit.at).reduce((a, b) => (a > b ? a : b)),
    createdAt: tx.at,
    strength: Math.max(...hits.map(hit => hit.strength)),
    author: newest.author?.slice(0, 300) ?? null,
    references: (newest.references ?? []).slice(0, 10),
    evidence: evidenceOf([], hits),
    applied: appliedBy(applied, hits),
    fingerprint: newest.fingerprint?.slice(0, 128) ?? null,
    resolvedAt: null,
    stories: added.stories,
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

async function growAlert(tx: Tx, alert: Alert, hits: readonly Hit[], added: Added): Promise<void> {
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
      count: alert.count + added.events,
      stories: added.stories,
      resolvedAt: null,
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

async function renewIncident(
  tx: Tx,
  tenant: Tenant,
  incident: Incident,
  ticket: Ticket | undefined,
  hits: readonly Hit[],
  added: Added,
  suppressions: readonly Suppression[],
): Promise<void> {
  const alerts = await tx.alerts.find(tenant.id, { incidentId: incident.id }, { order: { lastAt: 'desc' }, limit: 50 })
  const severity = alerts.map(alert => alert.severity).reduce(maxSeverity, incident.severity)
  const succeeded = alerts.find(alert => alert.attackResult === 'success')
  const attackers = new Map(incident.attackers.map(({ ip, hits: n }) => [ip, n]))
  for (const [ip, n] of added.byAttacker) attackers.set(ip, (attackers.get(ip) ?? 0) + n)
  const leading = succeeded ?? alerts.find(alert => alert.severity === severity) ?? alerts[0]
  const renewed: Incident = {
    ...incident,
    severity,
    eventType: leading?.eventType ?? incident.eventType,
    attackResult: succeeded ? 'success' : incident.attackResult,
    title: leading
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
  await announce(tx, tenant, incident, { ...renewed, judgement: set.judgement }, ticket)
}

async function announce(tx: Tx, tenant: Tenant, before: Incident, after: Incident, ticket: Ticket | undefined): Promise<void> {
  const refs = { incidentId: after.id }
  const worthTelling = compareSeverity(after.severity, 'medium') >= 0
  const opened = before.hits === 0
  if (ticket && compareSeverity(after.severity, before.severity) > 0)
    await tx.tickets.update(tenant.id, { id: ticket.id }, { priority: priorityOf(after.severity), updatedAt: tx.at })
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
