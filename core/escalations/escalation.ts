// An escalation of a case to a senior expert (domain.md 5.3): orthogonal to the ticket's state. none → requested → accepted → resolved | returned.
import type { Instant } from '../ports/clock.js'

export type EscalationState = 'requested' | 'accepted' | 'resolved' | 'returned'

export const escalationStateLabel: Readonly<Record<EscalationState, string>> = {
  requested: '待专家受理',
  accepted: '专家处理中',
  resolved: '专家已办结',
  returned: '已退回分析师',
}

/** Why; all but the first two are found by the system. */
export type EscalationReason =
  | 'customer'
  | 'analyst'
  | 'verdict-overdue'
  | 'verification-failed-twice'
  | 'core-asset-compromised'
  | 'grave-event'
  | 'several-tenants'
  | 'models-disagree'

export const escalationReasonLabel: Readonly<Record<EscalationReason, string>> = {
  customer: '客户要求',
  analyst: '分析师请求',
  'verdict-overdue': '研判超时',
  'verification-failed-twice': '两次复验未通过',
  'core-asset-compromised': '核心资产已失陷',
  'grave-event': '出现勒索、APT 或数据外泄',
  'several-tenants': '多家单位同时出现',
  'models-disagree': '模型之间分歧大',
}

export interface Escalation {
  /** `<ticket id>:<n>`, the n-th of the ticket, so that two at once are one. */
  readonly id: string
  readonly tenantId: string
  readonly ticketId: string
  /** Number people know the case by. */
  readonly subject: string
  readonly state: EscalationState
  readonly reason: EscalationReason
  /** In the words of who asked; empty for the system. */
  readonly words: string
  readonly requestedBy: string
  readonly requestedAt: Instant
  /** When the expert is told: at once for a P1, else in office hours. */
  readonly startsAt: Instant
  /** Who was on duty for it; null: nobody, which the auditor tells. */
  readonly expert: string | null
  readonly acceptedBy: string | null
  readonly acceptedAt: Instant | null
  readonly endedAt: Instant | null
  readonly outcome: string | null
}

export const openEscalations: readonly EscalationState[] = ['requested', 'accepted']
