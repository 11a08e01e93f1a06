// A finding's states and what may follow what: domain.md 5.4 as data. moveFinding and the reconciler ask it; nobody else decides.
import type { Role } from '../tenants/roles.js'
import type { FindingState } from './finding.js'

export interface FindingRule {
  readonly rule: number
  readonly from: readonly FindingState[]
  readonly to: FindingState
  /** What is being done, for refusals. */
  readonly action: string
  readonly who: readonly (Role | 'system')[]
  /** A reason has to be given. */
  readonly needsReason: boolean
  /** An end has to be given. */
  readonly needsEnd?: boolean
}

const analysts: readonly Role[] = ['analyst', 'senior_expert']
const customers: readonly Role[] = ['owner', 'approver', 'operator']
const worked: readonly FindingState[] = ['discovered', 'validated', 'assessed', 'dispatched', 'fixing', 'pending_retest', 'retest_failed']

export const findingRules: readonly FindingRule[] = [
  { rule: 1, from: ['discovered'], to: 'validated', action: '确认属实', who: [...analysts, 'system'], needsReason: true },
  { rule: 2, from: ['discovered', 'validated'], to: 'assessed', action: '定级', who: analysts, needsReason: true },
  {
    rule: 3,
    from: ['validated', 'assessed'],
    to: 'dispatched',
    action: '派发',
    who: [...analysts, 'customer_manager', 'system'],
    needsReason: false,
  },
  {
    rule: 4,
    from: ['dispatched', 'retest_failed'],
    to: 'fixing',
    action: '接单整改',
    who: [...customers, 'field_engineer'],
    needsReason: false,
  },
  {
    rule: 5,
    from: ['discovered', 'validated', 'assessed', 'dispatched', 'fixing', 'retest_failed'],
    to: 'pending_retest',
    action: '报告已修复',
    who: [...customers, 'field_engineer', ...analysts],
    needsReason: false,
  },
  // Only the same check, run again to its end, closes a finding.
  { rule: 6, from: worked, to: 'fixed', action: '复验通过', who: ['system'], needsReason: true },
  { rule: 7, from: ['pending_retest'], to: 'retest_failed', action: '复验不通过', who: ['system', ...analysts], needsReason: true },
  { rule: 8, from: ['fixed'], to: 'discovered', action: '再次发现', who: ['system'], needsReason: true },
  { rule: 9, from: worked, to: 'mitigated', action: '登记临时措施', who: [...analysts, ...customers], needsReason: true, needsEnd: true },
  {
    rule: 10,
    from: [...worked, 'mitigated'],
    to: 'accepted_risk',
    action: '接受风险',
    who: ['owner', 'approver'],
    needsReason: true,
    needsEnd: true,
  },
  { rule: 11, from: worked, to: 'false_positive', action: '判误报', who: analysts, needsReason: true },
  {
    rule: 12,
    from: [...worked, 'mitigated'],
    to: 'asset_offline',
    action: '登记资产下线',
    who: [...analysts, ...customers, 'system'],
    needsReason: true,
  },
  {
    rule: 13,
    from: ['mitigated', 'accepted_risk', 'asset_offline'],
    to: 'discovered',
    action: '恢复跟踪',
    who: ['system', ...analysts],
    needsReason: true,
  },
  { rule: 14, from: ['false_positive'], to: 'discovered', action: '撤销误报', who: [...analysts, 'system'], needsReason: true },
]

export const findingStateLabel: Readonly<Record<FindingState, string>> = {
  discovered: '新发现',
  validated: '已确认',
  assessed: '已定级',
  dispatched: '已派发',
  fixing: '整改中',
  pending_retest: '待复验',
  retest_failed: '复验未通过',
  fixed: '已修复',
  mitigated: '临时缓解',
  accepted_risk: '接受风险',
  false_positive: '误报',
  asset_offline: '资产下线',
}

/** States somebody still has to do something in. */
export const openFindingStates = worked

/** Set by a person on purpose: no import changes them. */
export const decidedStates: readonly FindingState[] = ['mitigated', 'accepted_risk', 'false_positive', 'asset_offline']

/** The rule for this role; else any rule of this move, which then says who may. */
export function findingRule(from: FindingState, to: FindingState, role: Role | 'system'): FindingRule | undefined {
  const rules = findingRules.filter(rule => rule.from.includes(from) && rule.to === to)
  return rules.find(rule => rule.who.includes(role)) ?? rules[0]
}
