// The only way a ticket changes state: table, role, evidence, conditional update, transition row and audit row together.
import { AppError } from '../errors.js'
import type { Tx } from '../ports/transaction.js'
import { isStaff, roleLabel, type Role } from '../tenants/roles.js'
import { clocksOfMove } from '../clocks/ticket-clocks.js'
import { tellRoom } from '../war-room/tell-room.js'
import { endEscalations } from '../escalations/escalate.js'
import { finalStates, incidentStateLabel, ruleFor } from './incident-states.js'
import type { Channel, Evidence, IncidentState, Ticket } from './ticket.js'

export interface Mover {
  /** Userid, or `system`. */
  readonly userId: string
  readonly role: Role | 'system'
  readonly channel: Channel
}

export const system: Mover = { userId: 'system', role: 'system', channel: 'system' }

export interface Move {
  readonly to: IncidentState
  readonly evidence: readonly Evidence[]
  readonly comment?: string
  /** Columns set together with the state. */
  readonly set?: Partial<Pick<Ticket, 'assignee' | 'claimedAt' | 'observeUntil' | 'closedAt' | 'priority'>>
  /** The incident's number: what people know the ticket by. */
  readonly number: string
  readonly traceId?: string
}

/**
 * @returns the ticket in its new state
 * @throws TRANSITION_NOT_ALLOWED, NOT_ALLOWED, EVIDENCE_MISSING; ALREADY_DONE when somebody else moved it in the same moment
 */
export async function moveTicket(tx: Tx, ticket: Ticket, mover: Mover, move: Move): Promise<Ticket> {
  const rule = ruleFor(ticket.state, move.to, mover.role)
  if (!rule) {
    throw new AppError('TRANSITION_NOT_ALLOWED', {
      number: move.number,
      state: incidentStateLabel[ticket.state],
      action: ticket.state === move.to ? '再做一次' : `转为“${incidentStateLabel[move.to]}”`,
    })
  }
  if (!rule.who.includes(mover.role)) {
    const who = rule.who.filter(role => role !== 'system').map(role => roleLabel[role])
    throw new AppError('NOT_ALLOWED', { who: who.join('或') || '系统' })
  }
  const missing = rule.needs.filter(kind => !move.evidence.some(item => item.kind === kind && item.text.trim() !== ''))
  if (missing.length > 0)
    throw new AppError('EVIDENCE_MISSING', {
      number: move.number,
      what: missing.map(kind => evidenceLabel[kind]).join('、'),
      action: rule.action,
    })
  const set = { state: move.to, updatedAt: tx.at, ...move.set }
  const changed = await tx.tickets.update(ticket.tenantId, { id: ticket.id, state: ticket.state }, set)
  if (changed === 0) throw new AppError('ALREADY_DONE', { number: move.number, who: '其他人', at: '刚才', what: '处理' })
  await tx.transitions.insert({
    id: tx.id(),
    tenantId: ticket.tenantId,
    ticketId: ticket.id,
    from: ticket.state,
    to: move.to,
    rule: rule.rule,
    by: mover.userId,
    at: tx.at,
    channel: mover.channel,
    evidence: move.evidence,
    comment: move.comment ?? '',
  })
  tx.audit({
    tenantId: ticket.tenantId,
    actor: mover.userId,
    action: 'ticket.moved',
    subject: move.number,
    details: {
      from: ticket.state,
      to: move.to,
      rule: rule.rule,
      channel: mover.channel,
      staff: mover.role !== 'system' && isStaff(mover.role),
      evidence: move.evidence.map(item => ({ kind: item.kind, text: item.text.slice(0, 500) })),
    },
    ...(move.traceId ? { traceId: move.traceId } : {}),
  })
  const after = { ...ticket, ...set }
  await clocksOfMove(tx, ticket, after, move.number)
  await tellRoom(tx, after, move.number, `${incidentStateLabel[move.to]} ${move.evidence[0]?.text ?? ''}`)
  if (finalStates.includes(after.state)) await endEscalations(tx, after)
  return after
}

export const evidenceLabel: Readonly<Record<Evidence['kind'], string>> = {
  alert: '关联告警',
  verdict: '研判结论',
  plan: '处置方案',
  approval: '客户的答复',
  receipt: '执行回执',
  verification: '校验结果',
  text: '说明',
  claim: '受理人',
  duplicate: '并到的事件',
}
