// The wizard of the national grade and the law's countdown (domain.md 4.4, 7): suggested by the system, filed by an analyst, reviewed by a senior
// expert, decided by the customer. It reminds and drafts; it never reports by itself and never says that nothing need be reported.
import { AppError } from '../errors.js'
import { cancel, startWaking } from '../clocks/timers.js'
import { plusSeconds } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import type { Tenant } from '../tenants/tenant.js'
import { openCase, type Case } from '../tickets/ticket-service.js'
import { draftReport } from './draft-report.js'
import { gradeLabel, REPORTED_FROM, type ImpactFacts, type NationalGrade } from './grade.js'
import { regulatoryStateLabel, type RegulatoryCase } from './regulatory-case.js'
import { startCase, suggestionFor } from './start-case.js'

const HOUR = 3600

export class RegulatoryService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * The analyst's grade with what is known of the harm; graver than “一般” the countdown starts or goes on, whatever comes later.
   * @param given the grade in their own judgement; absent: what the lines say
   */
  async file(actor: Actor, tenantId: string, number: string, facts: ImpactFacts, given?: NationalGrade): Promise<RegulatoryCase> {
    authorise(actor, 'file-grade', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const before = await tx.regulatoryCases.get(tenantId, found.ticket.id)
      const known = { ...before?.facts, ...facts }
      const suggestion = suggestionFor(found, known)
      // A person may see it graver than the figures do; less grave is the expert's word.
      const grade = given === undefined ? suggestion.grade : (Math.min(given, before?.grade ?? 4, suggestion.grade) as NationalGrade)
      const why = given !== undefined && given < suggestion.grade ? [`${describe(actor)} 判断为${gradeLabel[given]}`] : suggestion.why
      return startCase(tx, found, { grade, why, facts: known, by: actor.userId, state: 'filed' })
    })
  }

  /** The senior expert's word, up or down, with the reason. @throws NOT_ALLOWED, ARGUMENT_MISSING, TRANSITION_NOT_ALLOWED */
  async review(actor: Actor, tenantId: string, number: string, grade: NationalGrade, reason: string): Promise<RegulatoryCase> {
    authorise(actor, 'review-grade', tenantId, number)
    if (reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由', example: `核定 ${number} 较大 主页被篡改一小时` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const before = await tx.regulatoryCases.get(tenantId, found.ticket.id)
      if (before?.filedBy === actor.userId)
        throw new AppError('OWN_PROPOSAL', { number, who: '另一位高级专家', capability: 'review-grade' })
      const after = await startCase(tx, found, {
        grade,
        why: [reason.slice(0, 300)],
        facts: before?.facts ?? {},
        by: actor.userId,
        state: 'reviewed',
      })
      if (grade > REPORTED_FROM) await cancel(tx, found.ticket, 'regulatory_report')
      return after
    })
  }

  /** What the customer decided, in their own words; ends the countdown. @throws NOT_ALLOWED, TRANSITION_NOT_ALLOWED */
  async decide(actor: Actor, tenantId: string, number: string, decision: string): Promise<RegulatoryCase> {
    authorise(actor, 'decide-regulatory', tenantId, number)
    if (decision.trim().length < 2)
      throw new AppError('ARGUMENT_MISSING', { what: '决定', example: `上报决定 ${number} 已于 10:20 报属地网信办` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const before = await caseOf(tx, found)
      const set = { state: 'decided', decidedBy: actor.userId, decision: decision.slice(0, 1000) } as const
      await tx.regulatoryCases.update(tenantId, { id: before.id }, set)
      await cancel(tx, found.ticket, 'regulatory_report')
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'regulatory.decided',
        subject: number,
        details: { grade: before.grade, decision: set.decision, channel: actor.channel },
        traceId: found.incident.traceId,
      })
      // The summary is due after the handling; where that is over already, from now.
      if (found.ticket.state === 'closed')
        await startWaking(tx, found.ticket, number, 'regulatory_summary', plusSeconds(tx.at, 30 * 24 * HOUR))
      return { ...before, ...set }
    })
  }

  /** The case with a draft of the report. @throws NOT_ALLOWED, TRANSITION_NOT_ALLOWED */
  async look(
    actor: Actor,
    tenantId: string,
    number: string,
  ): Promise<{ regulatory: RegulatoryCase; tenant: Tenant; draft: string; state: string }> {
    authorise(actor, 'see-regulatory', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const regulatory = await caseOf(tx, found)
      const transitions = await tx.transitions.find(tenantId, { ticketId: found.ticket.id }, { order: { at: 'asc' }, limit: 200 })
      const disposals = await tx.disposals.find(tenantId, { incidentId: found.incident.id }, { limit: 50 })
      const draft = draftReport({ ...found, regulatory, transitions, disposals })
      return { regulatory, tenant: found.tenant, draft, state: regulatoryStateLabel[regulatory.state] }
    })
  }
}

async function caseOf(tx: Tx, { ticket, incident }: Case): Promise<RegulatoryCase> {
  const found = await tx.regulatoryCases.get(ticket.tenantId, ticket.id)
  if (!found)
    throw new AppError('TRANSITION_NOT_ALLOWED', {
      number: incident.number,
      state: '还没有定级',
      action: `办理上报，请先“定级 ${incident.number}”`,
    })
  return found
}
