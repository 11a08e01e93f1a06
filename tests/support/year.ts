// A year of three customers in three zones, made from a seed: alerts, incidents with their courses, promises, blocks, findings, events by the hour.
// The rows are written as they are and handed back, so that a test can count them by itself.
import { createHash } from 'node:crypto'
import type { Disposal } from '../../core/disposal/disposal.js'
import type { Finding } from '../../core/findings/finding.js'
import type { EventHour } from '../../core/metrics/event-hours.js'
import type { Timer } from '../../core/clocks/timer.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { eventTypes, severities } from '../../core/threats/terms.js'
import type { Alert, Incident } from '../../core/threats/incident.js'
import type { IncidentState, Ticket, TicketTransition } from '../../core/tickets/ticket.js'
import { seeded } from './kill-story.js'
import type { World } from './memory-world.js'

export interface YearRows {
  readonly tenant: Tenant
  readonly alerts: readonly Alert[]
  readonly incidents: readonly Incident[]
  readonly tickets: readonly Ticket[]
  readonly transitions: readonly TicketTransition[]
  readonly timers: readonly Timer[]
  readonly disposals: readonly Disposal[]
  readonly findings: readonly Finding[]
  readonly hours: readonly EventHour[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const iso = (ms: number) => new Date(Math.round(ms)).toISOString()

export interface YearOptions {
  readonly year: number
  readonly incidents: number
  readonly seed: number
}

export function makeYear(tenant: Tenant, { year, incidents: count, seed }: YearOptions): YearRows {
  const random = seeded(seed)
  const begin = Date.parse(`${year}-01-01T00:00:00Z`) - 2 * DAY
  const length = 368 * DAY
  let serial = 0
  // Ids in the order of time, as the product gives them.
  const id = () => `${tenant.code}-${String(++serial).padStart(30, '0')}`.slice(0, 36)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const alerts: Alert[] = []
  const incidents: Incident[] = []
  const tickets: Ticket[] = []
  const transitions: TicketTransition[] = []
  const timers: Timer[] = []
  const disposals: Disposal[] = []
  for (let n = 0; n < count; n++) {
    const created = begin + random() * length
    const incidentId = id()
    const ticketId = id()
    const severity = pick(severities)
    const type = pick(eventTypes)
    const victim = `10.20.1.${1 + Math.floor(random() * 20)}`
    const attacker = `203.0.113.${1 + Math.floor(random() * 30)}`
    const claimed = created + (1 + random() * 30) * MINUTE
    const confirmed = claimed + (5 + random() * 60) * MINUTE
    const waited = confirmed + (1 + random() * 60) * MINUTE
    const answered = waited + random() * 600 * MINUTE
    const contained = answered + random() * 90 * MINUTE
    const closed = contained + random() * 6 * DAY
    const fate = pick(['closed', 'closed', 'closed', 'false_positive', 'containing', 'new'] as const)
    const state: IncidentState = fate
    const closedAt = fate === 'closed' ? iso(closed) : fate === 'false_positive' ? iso(confirmed) : null
    const number = `IN-${tenant.code}-${iso(created).slice(2, 10).replaceAll('-', '')}-${String(n).padStart(4, '0')}`
    const verdict = {
      code: pick(['compromised', 'suspicious', 'attempted'] as const),
      confidence: 0.8,
      reasons: ['依据一', '依据二'],
      effect: '影响',
      advice: '建议',
      by: 'zhang',
      at: iso(confirmed),
    }
    const hits = 1 + Math.floor(random() * 50)
    incidents.push({
      id: incidentId,
      tenantId: tenant.id,
      number,
      groupKey: `${victim}|${incidentId}`,
      title: `第 ${n} 起事件`,
      eventType: type,
      severity,
      attackResult: 'failed',
      victim: { ip: victim },
      attackers: [{ ip: attacker, hits }],
      hits,
      firstAt: iso(created - random() * HOUR),
      lastAt: iso(created + random() * HOUR),
      createdAt: iso(created),
      judgement: verdict,
      verdict: fate === 'new' ? null : verdict,
      firstReportedAt: random() < 0.7 ? iso(created + random() * 20 * MINUTE) : null,
      reportedHits: 0,
      conclusion: fate === 'closed' ? '弱口令被猜中，已更换' : null,
      traceId: `trace-${incidentId}`,
    })
    tickets.push({
      id: ticketId,
      tenantId: tenant.id,
      number: number.replace('IN', 'TK'),
      type: 'incident',
      subjectId: incidentId,
      state,
      priority: pick(['P1', 'P2', 'P3', 'P4'] as const),
      assignee: fate === 'new' ? null : 'zhang',
      claimedAt: fate === 'new' ? null : iso(claimed),
      observeUntil: null,
      closedAt,
      createdAt: iso(created),
      updatedAt: iso(created),
    })
    for (let a = 0; a < 1 + Math.floor(random() * 3); a++)
      alerts.push(
        anAlert(id(), tenant, incidentId, { at: created + a * MINUTE, severity, eventType: type, count: 1 + Math.floor(random() * 20) }),
      )
    const step = (at: number, from: IncidentState | null, to: IncidentState, rule: number, by = 'zhang') =>
      transitions.push({
        id: id(),
        tenantId: tenant.id,
        ticketId,
        from,
        to,
        rule,
        by,
        at: iso(at),
        channel: 'text',
        evidence: [],
        comment: '',
      })
    if (fate !== 'new') {
      step(claimed, 'new', 'triaging', 2)
      step(confirmed, 'triaging', fate === 'false_positive' ? 'false_positive' : 'confirmed', fate === 'false_positive' ? 3 : 5)
      timers.push(aTimer(tenant, ticketId, number, 'ack', created, 30, claimed))
    }
    if (fate === 'closed' || fate === 'containing') {
      step(waited, 'confirmed', 'awaiting_customer', 6)
      step(answered, 'awaiting_customer', 'containing', 8)
      disposals.push(aBlock(id(), tenant, incidentId, n, attacker, answered, contained))
    }
    if (fate === 'closed') {
      step(contained, 'containing', 'eradicating', 11, 'system')
      step(closed, 'reviewing', 'closed', 18)
    }
    timers.push(
      aTimer(tenant, ticketId, number, 'close', created, 3 * 1440, fate === 'closed' ? closed : undefined, fate === 'false_positive'),
    )
  }
  const findings = Array.from({ length: Math.floor(count / 2) }, (_, n): Finding => {
    const first = begin + random() * length
    const fixed = random() < 0.6 ? first + random() * 60 * DAY : undefined
    const kind = pick(['vulnerability', 'vulnerability', 'weak_credential', 'exposure'] as const)
    return {
      id: id(),
      tenantId: tenant.id,
      identity: createHash('sha256').update(`${tenant.id} ${n}`).digest('hex'),
      kind,
      engine: 'demo',
      checkKey: `check-${n}`,
      title: `第 ${n} 个问题`,
      severity: pick(['critical', 'high', 'medium', 'low'] as const),
      host: `10.20.2.${1 + Math.floor(random() * 40)}`,
      port: kind === 'exposure' ? pick([3389, 8080]) : 443,
      protocol: 'tcp',
      state: fixed === undefined ? 'dispatched' : 'fixed',
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
      firstSeenAt: iso(first),
      lastSeenAt: iso(first),
      uncoveredSince: null,
      fixedAt: fixed === undefined ? null : iso(fixed),
      dueAt: iso(first + 30 * DAY),
      holdsUntil: null,
      updatedAt: iso(first),
    }
  })
  const hours: EventHour[] = []
  for (let at = begin; at < begin + length; at += 7 * HOUR) {
    const hour = iso(at)
    const own = createHash('sha256').update(`${tenant.id} ${hour}`).digest('hex')
    hours.push({
      id: own,
      tenantId: tenant.id,
      hour,
      sourceId: `source-${tenant.code}`,
      dataset: 'sshd',
      events: 1 + Math.floor(random() * 1000),
    })
  }
  return { tenant, alerts, incidents, tickets, transitions, timers, disposals, findings, hours }
}

export async function writeYear({ transactions }: Pick<World, 'transactions'>, rows: YearRows): Promise<void> {
  await transactions.run(async tx => {
    await tx.alerts.insertMany(rows.alerts)
    await tx.incidents.insertMany(rows.incidents)
    await tx.tickets.insertMany(rows.tickets)
    await tx.transitions.insertMany(rows.transitions)
    await tx.timers.insertMany(rows.timers)
    await tx.disposals.insertMany(rows.disposals)
    await tx.findings.insertMany(rows.findings)
    await tx.eventHours.insertMany(rows.hours)
  })
}

function anAlert(
  id: string,
  tenant: Tenant,
  incidentId: string,
  { at, ...set }: Pick<Alert, 'severity' | 'eventType' | 'count'> & { readonly at: number },
): Alert {
  return {
    ...set,
    id,
    tenantId: tenant.id,
    number: `AL-${id}`,
    incidentId,
    mergeKey: id,
    modelId: 'sigma-rule',
    ruleId: 'r1',
    attackResult: 'failed',
    title: '规则命中',
    reason: '命中规则',
    attack: [],
    firstAt: iso(at),
    lastAt: iso(at),
    createdAt: iso(at),
    strength: 1,
    author: null,
    references: [],
    evidence: [],
    applied: {},
    fingerprint: null,
    resolvedAt: null,
    stories: null,
  }
}

function aTimer(
  { id: tenantId }: Tenant,
  ticketId: string,
  subject: string,
  kind: 'ack' | 'close',
  at: number,
  minutes: number,
  done: number | undefined,
  isCancelled = false,
): Timer {
  return {
    id: `${ticketId}:${kind}`,
    tenantId,
    ticketId,
    subject,
    kind,
    clock: '24x7',
    startedAt: iso(at),
    minutes,
    dueAt: iso(at + minutes * MINUTE),
    warnAt: null,
    pausedAt: null,
    pausedMinutes: 0,
    breachedAt: null,
    doneAt: isCancelled ? iso(at + HOUR) : done === undefined ? null : iso(done),
    outcome: isCancelled ? 'cancelled' : done === undefined ? null : 'met',
  }
}

function aBlock(id: string, tenant: Tenant, incidentId: string, n: number, target: string, decided: number, executed: number): Disposal {
  return {
    id,
    tenantId: tenant.id,
    number: `DP-${tenant.code}-260101-${String(n).padStart(4, '0')}`,
    incidentId,
    action: 'block_ip',
    target,
    seconds: 43_200,
    reason: '封禁攻击源',
    effect: { lines: [], earlierBlocks: 0 },
    state: 'released',
    proposedBy: 'zhang',
    proposedAt: iso(decided - HOUR),
    expiresAt: iso(decided),
    decidedBy: 'li',
    decidedAt: iso(decided),
    decisionChannel: 'text',
    deviceId: 'device-fw1',
    attempts: 1,
    nextTryAt: null,
    claimedBy: null,
    claimedUntil: null,
    executedAt: iso(executed),
    verifiedAt: iso(executed),
    leaseUntil: iso(executed + 12 * HOUR),
    releaseWanted: null,
    releasedAt: iso(executed + 12 * HOUR),
    receipts: [],
    error: null,
    traceId: `trace-${id}`,
  }
}
