// What may happen to a ticket beside its straight way: merged, regraded, suspended, woken, accepted as a risk, opened again (domain.md 5.2,
// rows 4, 10, 19, 20, 24, 25). Called by chat commands and by the timers.
import { AppError } from '../errors.js'
import { hurryEscalation } from '../escalations/escalate.js'
import { suggestCase } from '../regulatory/start-case.js'
import { clocksOfRegrade } from '../clocks/ticket-clocks.js'
import { startWaking } from '../clocks/timers.js'
import { plusSeconds, type Instant } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { PLATFORM, type Person } from '../tenants/tenant.js'
import { localMoment } from '../tenants/local-time.js'
import { priorities, type Priority } from '../threats/terms.js'
import { finalStates, incidentStateLabel } from './incident-states.js'
import { moveTicket, system } from './move-ticket.js'
import type { Evidence } from './ticket.js'
import { claimIn, mover, openCase, type Case } from './ticket-service.js'

const DAY = 86_400
export const MOST_SUSPENDED_DAYS = 30
export const MOST_ACCEPTED_DAYS = 180
const MOST_REOPEN_DAYS = 30
const REMIND_DAYS = 7

export class TicketChanges {
  constructor(private readonly transactions: Transactions) {}

  /** Row 4: `number` is the same as `into`, which goes on with its hits. @throws CHOICE_NEEDED, TRANSITION_NOT_ALLOWED */
  async merge(actor: Actor, tenantId: string, number: string, into: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    if (number === into) throw new AppError('ARGUMENT_INVALID', { value: into, what: '另一个事件单号', example: `合并 ${number} ${into}` })
    return this.transactions.run(async tx => {
      const target = await openCase(tx, tenantId, { number: into })
      if (finalStates.includes(target.ticket.state))
        throw new AppError('TRANSITION_NOT_ALLOWED', {
          number: into,
          state: incidentStateLabel[target.ticket.state],
          action: '并入其他事件',
        })
      const found = await claimIn(tx, await openCase(tx, tenantId, { number }), actor)
      const evidence: Evidence[] = [{ kind: 'duplicate', reference: into, text: into }]
      const ticket = await moveTicket(tx, found.ticket, mover(actor), {
        ...about(found),
        to: 'duplicate',
        evidence,
        comment: `并入 ${into}`,
        set: { closedAt: tx.at, assignee: actor.userId },
      })
      await tx.alerts.update(tenantId, { incidentId: found.incident.id }, { incidentId: target.incident.id })
      await tx.incidents.update(
        tenantId,
        { id: target.incident.id },
        {
          hits: target.incident.hits + found.incident.hits,
          firstAt: earlier(target.incident.firstAt, found.incident.firstAt),
          lastAt: later(target.incident.lastAt, found.incident.lastAt),
          attackers: joined(target.incident.attackers, found.incident.attackers),
        },
      )
      await tx.incidents.update(tenantId, { id: found.incident.id }, { conclusion: `与 ${into} 是同一件事，已合并` })
      return { ...found, ticket }
    })
  }

  /** Row 25: up by an analyst, down by a senior expert. Told to the group only where the first report has been made. */
  async regrade(actor: Actor, tenantId: string, number: string, priority: Priority, reason: string): Promise<Case> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    if (reason.trim().length < 2)
      throw new AppError('ARGUMENT_MISSING', { what: '理由', example: `改级 ${number} ${priority} 涉及核心业务` })
    return this.transactions.run(async tx => {
      const opened = await openCase(tx, tenantId, { number })
      // Who sets it down need not be who has it.
      const found = opened.ticket.state === 'new' ? await claimIn(tx, opened, actor) : opened
      const { ticket } = found
      if (ticket.state !== 'triaging' && ticket.state !== 'confirmed')
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[ticket.state], action: '改级' })
      if (ticket.priority === priority) return found
      const isLower = priorities.indexOf(priority) > priorities.indexOf(ticket.priority)
      if (isLower && actor.role !== 'senior_expert') throw new AppError('NOT_ALLOWED', { who: '高级专家（降级须专家定）' })
      const after = { ...ticket, priority, updatedAt: tx.at }
      if ((await tx.tickets.update(tenantId, { id: ticket.id, priority: ticket.priority }, { priority, updatedAt: tx.at })) === 0)
        throw new AppError('ALREADY_DONE', { number, who: '其他人', at: '刚才', what: '改级' })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'ticket.regraded',
        subject: number,
        details: { rule: 25, from: ticket.priority, to: priority, reason: reason.slice(0, 500) },
        traceId: found.incident.traceId,
      })
      await clocksOfRegrade(tx, after, number)
      await hurryEscalation(tx, after)
      await suggestCase(tx, { ...found, ticket: after })
      if (found.incident.firstReportedAt)
        tx.announce({
          tenantId,
          kind: 'ticket-changed',
          refs: { incidentId: found.incident.id, what: `级别由 ${ticket.priority} 调整为 ${priority}`, why: reason.slice(0, 300) },
          key: `regraded:${ticket.id}:${tx.at}`,
        })
      return { ...found, ticket: after }
    })
  }

  /** Row 19. @param days 1 to 30 */
  async suspend(actor: Actor, tenantId: string, number: string, days: number, reason: string): Promise<Case> {
    authorise(actor, 'suspend-ticket', tenantId, number)
    if (!(days > 0 && days <= MOST_SUSPENDED_DAYS))
      throw new AppError('ARGUMENT_INVALID', {
        value: `${days} 天`,
        what: `时长（最长 ${MOST_SUSPENDED_DAYS} 天）`,
        example: `挂起 ${number} 7天 等停机窗口`,
      })
    if (reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '原因', example: `挂起 ${number} 7天 等停机窗口` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const until = plusSeconds(tx.at, Math.round(days * DAY))
      const ticket = await moveTicket(tx, found.ticket, mover(actor), {
        ...about(found),
        to: 'suspended',
        evidence: [{ kind: 'text', text: reason, until }],
        comment: reason,
      })
      await startWaking(tx, ticket, number, 'wake', until)
      tellGroup(tx, found, `已挂起至 ${localMoment(until, found.tenant.timeZone)}`, reason)
      return { ...found, ticket }
    })
  }

  /** Row 24, by a person or by the clock: back to where it was. */
  async wake(actor: Actor | undefined, tenantId: string, number: string): Promise<Case> {
    if (actor) authorise(actor, 'suspend-ticket', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const last = await tx.transitions.first(
        tenantId,
        { ticketId: found.ticket.id, to: 'suspended' },
        { order: { at: 'desc', id: 'desc' } },
      )
      if (found.ticket.state !== 'suspended' || !last?.from)
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[found.ticket.state], action: '唤醒' })
      const why = actor ? `${describe(actor)} 唤醒` : '到点自动唤醒'
      const ticket = await moveTicket(tx, found.ticket, actor ? mover(actor) : system, {
        ...about(found),
        to: last.from,
        evidence: [{ kind: 'text', text: why }],
        comment: why,
      })
      tellGroup(tx, found, '已恢复处理', why)
      return { ...found, ticket }
    })
  }

  /** Row 10. @param days 1 to 180 @param measure what is done instead, in the customer's words */
  async acceptRisk(actor: Actor, tenantId: string, number: string, days: number, measure: string): Promise<Case> {
    authorise(actor, 'accept-risk', tenantId, number)
    if (!(days > 0 && days <= MOST_ACCEPTED_DAYS))
      throw new AppError('ARGUMENT_INVALID', {
        value: `${days} 天`,
        what: `期限（最长 ${MOST_ACCEPTED_DAYS} 天）`,
        example: `接受风险 ${number} 30天 已限制来源`,
      })
    if (measure.trim().length < 2)
      throw new AppError('ARGUMENT_MISSING', { what: '理由与补偿措施', example: `接受风险 ${number} 30天 已限制来源` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const until = plusSeconds(tx.at, Math.round(days * DAY))
      const shown = localMoment(until, found.tenant.timeZone)
      const ticket = await moveTicket(tx, found.ticket, mover(actor), {
        ...about(found),
        to: 'accepted_risk',
        evidence: [
          { kind: 'approval', text: `${describe(actor)} 接受风险至 ${shown}` },
          { kind: 'text', text: measure, until },
        ],
        comment: measure,
        set: { closedAt: tx.at },
      })
      if (days > REMIND_DAYS) await startWaking(tx, ticket, number, 'acceptance_ending', plusSeconds(until, -REMIND_DAYS * DAY))
      await startWaking(tx, ticket, number, 'acceptance_ended', until)
      await tx.incidents.update(tenantId, { id: found.incident.id }, { conclusion: `接受风险至 ${shown}：${measure}`.slice(0, 2000) })
      tellGroup(tx, found, `${describe(actor)} 已接受风险，至 ${shown}`, measure)
      return { ...found, ticket }
    })
  }

  /** Row 26: the acceptance has run out, and what was accepted is open again. */
  async endAcceptance(tenantId: string, number: string): Promise<void> {
    await this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      if (found.ticket.state !== 'accepted_risk')
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[found.ticket.state], action: '结束风险接受' })
      await moveTicket(tx, found.ticket, system, {
        ...about(found),
        to: 'triaging',
        evidence: [{ kind: 'text', text: '风险接受到期' }],
        set: { closedAt: null },
      })
      tellGroup(tx, found, '风险接受已到期，重新处理', '需要继续接受请回复“接受风险 单号 期限 理由”')
    })
  }

  /** The case goes on with somebody else: taken over by oneself, or handed to a colleague by name. @throws NOT_FOUND, TRANSITION_NOT_ALLOWED */
  async reassign(actor: Actor, tenantId: string, number: string, to?: string): Promise<{ case: Case; person: Person }> {
    authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const { ticket, incident } = found
      const staff = await tx.people.find(PLATFORM, { role: { oneOf: ['analyst', 'senior_expert'] } }, { limit: 500 })
      const wanted = to === undefined ? actor.userId : to.toLowerCase()
      const person = staff.find(item => item.userId === wanted || item.name === to)
      if (!person) throw new AppError('NOT_FOUND', { what: `分析师或高级专家“${(to ?? actor.name).slice(0, 20)}”` })
      if (finalStates.includes(ticket.state) || ticket.state === 'new')
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[ticket.state], action: '转交，请先认领' })
      if (ticket.assignee === person.userId) return { case: found, person }
      const set = { assignee: person.userId, updatedAt: tx.at }
      if ((await tx.tickets.update(tenantId, { id: ticket.id, assignee: ticket.assignee, state: ticket.state }, set)) === 0)
        throw new AppError('ALREADY_DONE', { number, who: '其他人', at: '刚才', what: '处理' })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'ticket.reassigned',
        subject: number,
        details: { from: ticket.assignee, to: person.userId, channel: actor.channel },
        traceId: incident.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'ticket-reassigned',
        refs: { incidentId: incident.id, by: describe(actor), from: ticket.assignee ?? '', newOwner: person.userId },
        key: `reassigned:${ticket.id}:${tx.at}`,
      })
      return { case: { ...found, ticket: { ...ticket, ...set } }, person }
    })
  }

  /** Row 20: within 30 days of closing. */
  async reopen(actor: Actor, tenantId: string, number: string, reason: string): Promise<Case> {
    authorise(actor, 'reopen-ticket', tenantId, number)
    if (reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由', example: `重开 ${number} 今天又出现了` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const { closedAt } = found.ticket
      if (closedAt !== null && plusSeconds(closedAt, MOST_REOPEN_DAYS * DAY) < tx.at)
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: `已闭环超过 ${MOST_REOPEN_DAYS} 天`, action: '重开，请新报一起' })
      const ticket = await moveTicket(tx, found.ticket, mover(actor), {
        ...about(found),
        to: 'triaging',
        evidence: [{ kind: 'text', text: reason }],
        comment: reason,
        set: { closedAt: null },
      })
      tellGroup(tx, found, '已重新打开', reason)
      tx.announce({
        tenantId,
        kind: 'ticket-reopened',
        refs: { incidentId: found.incident.id, by: describe(actor), why: reason.slice(0, 300) },
        key: `reopened:${ticket.id}:${tx.at}`,
      })
      return { ...found, ticket }
    })
  }
}

function about({ incident }: Case): { number: string; traceId: string } {
  return { number: incident.number, traceId: incident.traceId }
}

/** One line, where the customer has heard of the case at all. */
function tellGroup(tx: Tx, { incident, ticket }: Case, what: string, why: string): void {
  if (!incident.firstReportedAt) return
  tx.announce({
    tenantId: incident.tenantId,
    kind: 'ticket-changed',
    refs: { incidentId: incident.id, what, why: why.slice(0, 300) },
    key: `changed:${ticket.id}:${what}:${tx.at}`.slice(0, 190),
  })
}

const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b)
const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

const MOST_ATTACKERS = 20
type Attackers = Case['incident']['attackers']

function joined(first: Attackers, second: Attackers): Attackers {
  const hits = new Map<string, number>()
  for (const { ip, hits: count } of [...first, ...second]) hits.set(ip, (hits.get(ip) ?? 0) + count)
  return [...hits]
    .map(([ip, count]) => ({ ip, hits: count }))
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MOST_ATTACKERS)
}
