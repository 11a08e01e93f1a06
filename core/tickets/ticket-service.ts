// What people do with an incident's ticket: claim, judge, exclude, verify, close, rate. Disposal has its own service.
import { clocksOfRegrade } from '../clocks/ticket-clocks.js'
import { AppError } from '../errors.js'
import { CORE_VALUE, escalate, hurryEscalation } from '../escalations/escalate.js'
import { suggestCase } from '../regulatory/start-case.js'
import { plusSeconds } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { watchChanges } from '../cases/watch-changes.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { localTime } from '../tenants/local-time.js'
import { declaredValue } from '../tenants/declared-value.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Incident, Verdict } from '../threats/incident.js'
import { verdictWords } from '../threats/judgement.js'
import { verdictCodeLabel, type VerdictCode } from '../threats/terms.js'
import { priorityOf } from './priority.js'
import { finalStates, incidentStateLabel, ruleFor } from './incident-states.js'
import { moveTicket, system, type Mover } from './move-ticket.js'
import type { Evidence, Ticket, TicketTransition } from './ticket.js'

export interface Case {
  readonly tenant: Tenant
  readonly incident: Incident
  readonly ticket: Ticket
}

export const mover = (actor: Actor): Mover => ({ userId: actor.userId, role: actor.role, channel: actor.channel })

/** @throws NUMBER_NOT_FOUND */
export async function openCase(
  tx: Pick<Tx, 'tenants' | 'incidents' | 'tickets'>,
  tenantId: string,
  by: { number: string } | { incidentId: string },
): Promise<Case> {
  const incident =
    'number' in by ? await tx.incidents.first(tenantId, { number: by.number }) : await tx.incidents.get(tenantId, by.incidentId)
  const ticket = incident && (await tx.tickets.first(tenantId, { subjectId: incident.id }))
  const tenant = await tx.tenants.get(tenantId, tenantId)
  if (!incident || !ticket || !tenant) throw new AppError('NUMBER_NOT_FOUND', { number: 'number' in by ? by.number : '' })
  return { tenant, incident, ticket }
}

export class TicketService {
  constructor(private readonly transactions: Transactions) {}

  /** Row 2. Claiming again by the same person is no error; by another names who has it. */
  async claim(actor: Actor, tenantId: string, number: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const { state, assignee } = found.ticket
      if (state !== 'new' && assignee !== null && assignee !== actor.userId) throw await alreadyClaimed(tx, found, assignee)
      return claimIn(tx, found, actor)
    })
  }

  /** Row 5: adopts the automatic judgement, or the person's own code with at least two reasons. */
  async confirm(actor: Actor, tenantId: string, number: string, own?: { code: VerdictCode; reasons: readonly string[] }): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    if (own?.code === 'compromised') authorise(actor, 'sign-compromised', tenantId, number)
    if (own && own.reasons.length < 2)
      throw new AppError('EVIDENCE_MISSING', { number, what: '至少两条依据（用分号隔开）', action: '出结论' })
    return this.transactions.run(async tx => {
      const claimed = await claimIn(tx, await openCase(tx, tenantId, { number }), actor)
      // One's own words must not vanish silently behind a verdict that was given before.
      if (own && claimed.ticket.state !== 'triaging')
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[claimed.ticket.state], action: '再出结论' })
      return confirmIn(tx, claimed, actor, own)
    })
  }

  /** A customer's word is passed on for review; an analyst's closes it (rows 3; P1/P2 need a second reader). */
  async falsePositive(
    actor: Actor,
    tenantId: string,
    number: string,
    reason: string,
  ): Promise<{ case: Case; outcome: 'excluded' | 'passed-on' | 'second-reader' }> {
    authorise(actor, 'report-false-positive', tenantId, number)
    if (reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '原因', example: `误报 ${number} 是我们自己的漏扫` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      if (finalStates.includes(found.ticket.state))
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[found.ticket.state], action: '再报误报' })
      const mark = { actor: actor.userId, tenantId, subject: number, traceId: found.incident.traceId }
      const earlier = await tx.auditRecords.find(tenantId, { action: 'false-positive.proposed', subject: number }, { limit: 20 })
      if (actor.role !== 'analyst' && actor.role !== 'senior_expert') {
        tx.audit({ ...mark, action: 'false-positive.reported', details: { reason } })
        tx.announce({
          tenantId,
          kind: 'false-positive-reported',
          refs: { incidentId: found.incident.id, by: describe(actor), reason: reason.slice(0, 300) },
          key: `fp:${found.incident.id}:${actor.userId}`,
        })
        return { case: found, outcome: 'passed-on' }
      }
      // Asking for a second reader makes no sense where even two could not exclude it any more.
      if (found.ticket.state !== 'new' && !ruleFor(found.ticket.state, 'false_positive', actor.role))
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[found.ticket.state], action: '判误报' })
      const grave = found.ticket.priority === 'P1' || found.ticket.priority === 'P2'
      if (grave && actor.role !== 'senior_expert' && !earlier.some(row => row.actor !== actor.userId)) {
        tx.audit({ ...mark, action: 'false-positive.proposed', details: { reason } })
        return { case: found, outcome: 'second-reader' }
      }
      // The second reader is somebody else than who has it.
      const { ticket: read } = found.ticket.state === 'new' ? await claimIn(tx, found, actor) : found
      const ticket = await moveTicket(tx, read, mover(actor), {
        to: 'false_positive',
        number,
        traceId: found.incident.traceId,
        evidence: [{ kind: 'text', text: reason }],
        comment: reason,
        set: { closedAt: tx.at, assignee: actor.userId },
      })
      await tx.incidents.update(tenantId, { id: found.incident.id }, { conclusion: `误报：${reason}` })
      if (found.incident.firstReportedAt)
        tx.announce({
          tenantId,
          kind: 'incident-excluded',
          refs: { incidentId: found.incident.id, reason: reason.slice(0, 300) },
          key: `excluded:${found.incident.id}`,
        })
      return { case: { ...found, ticket }, outcome: 'excluded' }
    })
  }

  /** Row 21: the attack failed and was stopped, nothing to do. */
  async recordOnly(actor: Actor, tenantId: string, number: string, conclusion: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const confirmed = await confirmIn(tx, await claimIn(tx, await openCase(tx, tenantId, { number }), actor), actor)
      const ticket = await moveTicket(tx, confirmed.ticket, mover(actor), {
        to: 'reviewing',
        number,
        traceId: confirmed.incident.traceId,
        evidence: [{ kind: 'verdict', text: conclusion }],
        comment: conclusion,
      })
      return { ...confirmed, ticket }
    })
  }

  /**
   * Rows 12–15: the analyst names the root cause; `check` looks again whether the measure holds.
   * @param check the same look as after the act: what the devices say now
   */
  async verify(
    actor: Actor,
    tenantId: string,
    number: string,
    cause: string,
    check: (found: Case) => Promise<{ passed: boolean; lines: readonly string[] }>,
  ): Promise<{ case: Case; passed: boolean; lines: readonly string[] }> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    const before = await this.transactions.read(t => openCase(t, tenantId, { number }))
    const result = await check(before)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const common = { number, traceId: found.incident.traceId }
      let ticket = found.ticket
      if (ticket.state === 'eradicating')
        ticket = await moveTicket(tx, ticket, mover(actor), { ...common, to: 'recovering', evidence: text(`根因：${cause}`) })
      if (ticket.state === 'recovering')
        ticket = await moveTicket(tx, ticket, system, { ...common, to: 'verifying', evidence: text('本次处置只拦截外部地址，未中断业务') })
      const evidence: Evidence[] = [{ kind: 'verification', text: result.lines.join('；') }]
      if (!result.passed) {
        ticket = await moveTicket(tx, ticket, mover(actor), { ...common, to: 'eradicating', evidence })
        tx.announce({
          tenantId,
          kind: 'verification-failed',
          refs: { incidentId: found.incident.id, lines: result.lines.join('\n') },
          key: `verify-failed:${found.incident.id}:${tx.at}`,
        })
        const failures = await tx.transitions.count(tenantId, { ticketId: ticket.id, rule: 15 })
        if (failures >= 2) await escalate(tx, { incident: found.incident, ticket }, { reason: 'verification-failed-twice' })
        return { case: { ...found, ticket }, passed: false, lines: result.lines }
      }
      const seconds = found.tenant.settings.observeSeconds[ticket.priority]
      ticket = await moveTicket(tx, ticket, mover(actor), {
        ...common,
        to: 'observing',
        evidence,
        set: { observeUntil: plusSeconds(tx.at, seconds) },
      })
      await tx.incidents.update(tenantId, { id: found.incident.id }, { conclusion: cause })
      tx.announce({
        tenantId,
        kind: 'incident-resolved',
        refs: { incidentId: found.incident.id, lines: result.lines.join('\n') },
        key: `resolved:${found.incident.id}:${tx.at}`,
      })
      return { case: { ...found, ticket, incident: { ...found.incident, conclusion: cause } }, passed: true, lines: result.lines }
    })
  }

  /** Row 16, by the scheduler. */
  async endObservation(tenantId: string, ticketId: string): Promise<void> {
    await this.transactions.run(async tx => {
      const ticket = await tx.tickets.get(tenantId, ticketId)
      if (ticket?.state !== 'observing' || ticket.observeUntil === null || ticket.observeUntil > tx.at) return
      const found = await openCase(tx, tenantId, { incidentId: ticket.subjectId })
      await moveTicket(tx, ticket, system, {
        to: 'reviewing',
        number: found.incident.number,
        traceId: found.incident.traceId,
        evidence: [{ kind: 'text', text: `观察期至 ${localTime(ticket.observeUntil, found.tenant.timeZone)} 无同类告警` }],
      })
      tx.announce({
        tenantId,
        kind: 'observation-ended',
        refs: { incidentId: ticket.subjectId },
        key: `observed:${ticket.id}:${ticket.observeUntil}`,
      })
    })
  }

  /** Row 18; P1 and P2 are closed by a senior expert. */
  async close(actor: Actor, tenantId: string, number: string, lesson: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      if (found.ticket.state === 'observing') {
        throw new AppError('TRANSITION_NOT_ALLOWED', {
          number,
          state: `${incidentStateLabel.observing}，到期后自动转总结`,
          action: '提前闭环',
        })
      }
      if ((found.ticket.priority === 'P1' || found.ticket.priority === 'P2') && actor.role !== 'senior_expert')
        throw new AppError('NOT_ALLOWED', { who: '高级专家（P1、P2 须专家审）' })
      const ticket = await moveTicket(tx, found.ticket, mover(actor), {
        to: 'closed',
        number,
        traceId: found.incident.traceId,
        evidence: text(lesson),
        comment: lesson,
        set: { closedAt: tx.at },
      })
      await tx.incidents.update(
        tenantId,
        { id: found.incident.id },
        { conclusion: [found.incident.conclusion, lesson].filter(Boolean).join('；').slice(0, 2000) },
      )
      await watchChanges(tx, ticket, found.incident)
      tx.announce({
        tenantId,
        kind: 'incident-closed',
        refs: { incidentId: found.incident.id, lesson: lesson.slice(0, 300) },
        key: `closed:${found.incident.id}:${tx.at}`,
      })
      return { ...found, ticket }
    })
  }

  /** The customer's word at the end; the newest counts. */
  async rate(actor: Actor, tenantId: string, number: string, rating: string): Promise<void> {
    authorise(actor, 'rate-service', tenantId, number)
    await this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'service.rated',
        subject: number,
        details: { rating },
        traceId: found.incident.traceId,
      })
    })
  }

  async history(tenantId: string, ticketId: string): Promise<TicketTransition[]> {
    return this.transactions.read(t => t.transitions.find(tenantId, { ticketId }, { order: { at: 'asc', id: 'asc' }, limit: 200 }))
  }
}

const text = (value: string): Evidence[] => [{ kind: 'text', text: value }]

/** Takes the case for this person when nobody has it yet; used by every act that implies having it. */
export async function claimIn(tx: Tx, found: Case, actor: Actor): Promise<Case> {
  const { ticket, incident } = found
  if (ticket.state !== 'new') {
    if (ticket.assignee !== null && ticket.assignee !== actor.userId && ticket.state === 'triaging')
      throw await alreadyClaimed(tx, found, ticket.assignee)
    return found
  }
  const moved = await moveTicket(tx, ticket, mover(actor), {
    to: 'triaging',
    number: incident.number,
    traceId: incident.traceId,
    evidence: [{ kind: 'claim', text: `${describe(actor)} 受理` }],
    set: { assignee: actor.userId, claimedAt: tx.at },
  })
  if (moved.priority === 'P1')
    tx.announce({ tenantId: incident.tenantId, kind: 'incident-claimed', refs: { incidentId: incident.id }, key: `claimed:${incident.id}` })
  return { ...found, ticket: moved }
}

async function alreadyClaimed(tx: Tx, { ticket, incident, tenant }: Case, assignee: string): Promise<AppError> {
  const person = await tx.people.first('platform', { userId: assignee })
  return new AppError('ALREADY_DONE', {
    number: incident.number,
    who: person?.name ?? assignee,
    at: localTime(ticket.claimedAt ?? tx.at, tenant.timeZone),
    what: '认领',
  })
}

/** Row 5 where it has not happened yet. */
export async function confirmIn(tx: Tx, found: Case, actor: Actor, own?: { code: VerdictCode; reasons: readonly string[] }): Promise<Case> {
  if (found.ticket.state !== 'triaging') return found
  const verdict: Verdict = own
    ? {
        ...found.incident.judgement,
        code: own.code,
        reasons: own.reasons,
        confidence: found.incident.judgement.confidence,
        by: actor.userId,
        at: tx.at,
      }
    : { ...found.incident.judgement, by: actor.userId, at: tx.at }
  const assetValue = declaredValue(found.tenant.settings, found.incident.victim.ip)
  const priority = priorityAfter(found, assetValue, verdict.code)
  const ticket = await moveTicket(tx, found.ticket, mover(actor), {
    to: 'confirmed',
    number: found.incident.number,
    traceId: found.incident.traceId,
    evidence: [{ kind: 'verdict', text: `${verdictWords(verdict)}：${verdict.reasons.join('；')}` }],
    comment: own ? '' : '采纳系统结论',
    ...(priority === found.ticket.priority ? {} : { set: { priority } }),
  })
  await tx.incidents.update(found.incident.tenantId, { id: found.incident.id }, { verdict })
  const judged = { ...found, ticket, incident: { ...found.incident, verdict } }
  if (priority !== found.ticket.priority) await noteRegrade(tx, judged, found.ticket.priority)
  if (verdict.code === 'compromised' && assetValue !== undefined && assetValue >= CORE_VALUE)
    await escalate(tx, judged, { reason: 'core-asset-compromised' })
  await suggestCase(tx, judged)
  return judged
}

/** The verdict is a term of the priority (domain.md 4.2); where a person has set another, theirs stands. */
function priorityAfter({ incident, ticket }: Case, assetValue: number | undefined, code: VerdictCode): Ticket['priority'] {
  if (ticket.priority !== priorityOf(incident.severity, assetValue)) return ticket.priority
  return priorityOf(incident.severity, assetValue, code)
}

async function noteRegrade(tx: Tx, { incident, ticket }: Case, from: Ticket['priority']): Promise<void> {
  tx.audit({
    tenantId: incident.tenantId,
    actor: 'system',
    action: 'ticket.regraded',
    subject: incident.number,
    details: { rule: 25, from, to: ticket.priority, reason: `结论为${verdictCodeLabel[incident.verdict!.code]}` },
    traceId: incident.traceId,
  })
  await clocksOfRegrade(tx, ticket, incident.number)
  await hurryEscalation(tx, ticket)
}
