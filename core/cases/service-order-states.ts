// A service order's states (domain.md 5.8): nothing is done at a customer's before the letter is signed, in force and covers it.
import type { CaseTable } from './case-table.js'

export type ServiceOrderState =
  | 'requested'
  | 'scoped'
  | 'confirmed'
  | 'authorized'
  | 'scheduled'
  | 'in_progress'
  | 'delivered'
  | 'accepting'
  | 'accepted'
  | 'rework'
  | 'cancelled'

export const serviceOrderTable: CaseTable<ServiceOrderState> = {
  title: '服务单',
  prefix: 'SO',
  first: 'requested',
  final: ['accepted', 'cancelled'],
  labels: {
    requested: '已申请',
    scoped: '已界定',
    confirmed: '已确认',
    authorized: '已授权',
    scheduled: '已排期',
    in_progress: '实施中',
    delivered: '已交付',
    accepting: '验收中',
    accepted: '已验收',
    rework: '返工',
    cancelled: '已取消',
  },
  rules: [
    { rule: 1, from: ['requested', 'scoped'], to: 'scoped', action: '界定范围', who: ['customer_manager'], needs: ['scope'] },
    { rule: 2, from: ['scoped'], to: 'confirmed', action: '确认服务', who: ['owner'], needs: ['approval'] },
    {
      rule: 3,
      from: ['confirmed'],
      to: 'authorized',
      action: '签署授权书',
      who: ['owner', 'approver'],
      needs: ['letter', 'approval'],
      guard: 'letter-complete',
    },
    { rule: 4, from: ['authorized'], to: 'scheduled', action: '排期', who: ['customer_manager'], needs: ['schedule'] },
    {
      rule: 5,
      from: ['scheduled', 'rework'],
      to: 'in_progress',
      action: '开工',
      who: ['field_engineer', 'analyst', 'senior_expert', 'customer_manager'],
      needs: ['presence'],
      guard: 'letter-in-force',
    },
    {
      rule: 6,
      from: ['in_progress'],
      to: 'delivered',
      action: '交付',
      who: ['field_engineer', 'analyst', 'senior_expert', 'customer_manager'],
      needs: ['deliverable'],
    },
    { rule: 7, from: ['delivered'], to: 'accepting', action: '请客户验收', who: ['system', 'customer_manager'], needs: [] },
    { rule: 8, from: ['accepting'], to: 'accepted', action: '验收', who: ['owner', 'approver'], needs: ['approval'] },
    { rule: 9, from: ['accepting'], to: 'rework', action: '退回返工', who: ['owner', 'approver'], needs: ['reason'] },
    {
      rule: 10,
      from: ['requested', 'scoped', 'confirmed'],
      to: 'cancelled',
      action: '取消',
      who: ['owner', 'approver', 'customer_manager'],
      needs: ['reason'],
    },
    // The letter ran out or was called back before the work began: it has to be signed anew.
    {
      rule: 11,
      from: ['authorized', 'scheduled'],
      to: 'confirmed',
      action: '收回授权',
      who: ['system', 'owner', 'approver'],
      needs: ['reason'],
    },
  ],
}
