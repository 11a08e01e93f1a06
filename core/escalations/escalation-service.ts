// What people do with an escalation: ask for it, take it, finish it or give it back; called by chat commands.
import { AppError } from '../errors.js'
import { meet } from '../clocks/timers.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { localMoment } from '../tenants/local-time.js'
import { isStaff } from '../tenants/roles.js'
import { finalStates, incidentStateLabel } from '../tickets/incident-states.js'
import { openCase, type Case } from '../tickets/ticket-service.js'
import { escalate } from './escalate.js'
import { escalationStateLabel, openEscalations, type Escalation } from './escalation.js'

export class EscalationService {
  constructor(private readonly transactions: Transactions) {}

  /** @throws NUMBER_NOT_FOUND, TRANSITION_NOT_ALLOWED for a case that is over */
  async request(
    actor: Actor,
    tenantId: string,
    number: string,
    words: string,
  ): Promise<{ escalation: Escalation; again: boolean; case: Case }> {
    authorise(actor, 'escalate', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const reason = isStaff(actor.role) ? 'analyst' : 'customer'
      const done = await escalate(tx, found, { reason, words, by: actor.userId })
      if (!done) throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: incidentStateLabel[found.ticket.state], action: '升级' })
      return { ...done, case: found }
    })
  }

  /** The first senior expert has it; asking again oneself is no error. @throws NOT_ALLOWED, ALREADY_DONE */
  async accept(actor: Actor, tenantId: string, number: string): Promise<Escalation> {
    authorise(actor, 'take-escalation', tenantId, number)
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const escalation = await newest(tx, found)
      if (escalation.state === 'accepted' && escalation.acceptedBy === actor.userId) return escalation
      if (escalation.state !== 'requested') throw await refused(tx, found, escalation, '受理')
      const set = { state: 'accepted', acceptedBy: actor.userId, acceptedAt: tx.at } as const
      if ((await tx.escalations.update(tenantId, { id: escalation.id, state: 'requested' }, set)) === 0)
        throw new AppError('ALREADY_DONE', { number, who: '其他专家', at: '刚才', what: '受理' })
      await meet(tx, found.ticket, 'expert')
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'escalation.accepted',
        subject: number,
        details: { channel: actor.channel },
        traceId: found.incident.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'escalation-changed',
        refs: { escalationId: escalation.id, state: 'accepted', by: describe(actor), words: '' },
        key: `escalation-accepted:${escalation.id}`,
      })
      return { ...escalation, ...set }
    })
  }

  /** @throws NOT_ALLOWED, ARGUMENT_MISSING without a word of why, TRANSITION_NOT_ALLOWED */
  async end(actor: Actor, tenantId: string, number: string, state: 'resolved' | 'returned', words: string): Promise<Escalation> {
    authorise(actor, 'take-escalation', tenantId, number)
    const verb = state === 'resolved' ? '完成升级' : '退回升级'
    if (words.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '结论', example: `${verb} ${number} 已确认入口并给出方案` })
    return this.transactions.run(async tx => {
      const found = await openCase(tx, tenantId, { number })
      const escalation = await newest(tx, found)
      if (!openEscalations.includes(escalation.state)) throw await refused(tx, found, escalation, verb)
      const set = { state, endedAt: tx.at, outcome: words.slice(0, 1000) } as const
      const won = await tx.escalations.update(tenantId, { id: escalation.id, state: escalation.state }, set)
      if (won === 0) throw new AppError('ALREADY_DONE', { number, who: '其他专家', at: '刚才', what: '处理' })
      await meet(tx, found.ticket, 'expert')
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: `escalation.${state}`,
        subject: number,
        details: { words: words.slice(0, 500), channel: actor.channel },
        traceId: found.incident.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'escalation-changed',
        refs: { escalationId: escalation.id, state, by: describe(actor), words: words.slice(0, 300) },
        key: `escalation-${state}:${escalation.id}`,
      })
      return { ...escalation, ...set }
    })
  }
}

async function newest(tx: Tx, { ticket, incident }: Case): Promise<Escalation> {
  const found = await tx.escalations.first(ticket.tenantId, { ticketId: ticket.id }, { order: { requestedAt: 'desc', id: 'desc' } })
  if (!found)
    throw new AppError('TRANSITION_NOT_ALLOWED', {
      number: incident.number,
      state: finalStates.includes(ticket.state) ? incidentStateLabel[ticket.state] : '没有升级过',
      action: '受理升级',
    })
  return found
}

async function refused(tx: Tx, { tenant, incident }: Case, escalation: Escalation, action: string): Promise<AppError> {
  if (escalation.state !== 'accepted')
    return new AppError('TRANSITION_NOT_ALLOWED', { number: incident.number, state: escalationStateLabel[escalation.state], action })
  const person = escalation.acceptedBy ? await tx.people.first('platform', { userId: escalation.acceptedBy }) : undefined
  return new AppError('ALREADY_DONE', {
    number: incident.number,
    who: person?.name ?? escalation.acceptedBy ?? '其他专家',
    at: localMoment(escalation.acceptedAt ?? escalation.requestedAt, tenant.timeZone),
    what: '受理',
  })
}
