// The incident ticket's states and what may follow what: domain.md 5.2 as data. The services ask it; nobody else decides.
import type { Role } from '../tenants/roles.js'
import type { Evidence, IncidentState } from './ticket.js'

export interface TransitionRule {
  /** Row of domain.md 5.2. */
  readonly rule: number
  readonly from: readonly IncidentState[]
  readonly to: IncidentState
  /** What a person is doing, for refusals. */
  readonly action: string
  /** `system` for clocks, executors and merging. */
  readonly who: readonly (Role | 'system')[]
  /** Kinds of evidence without which it is refused. */
  readonly needs: readonly Evidence['kind'][]
}

const analysts: readonly Role[] = ['analyst', 'senior_expert']
const customers: readonly Role[] = ['owner', 'approver', 'operator', 'viewer']
/** Everything that is neither over nor asleep. */
const working: readonly IncidentState[] = [
  'new',
  'triaging',
  'confirmed',
  'awaiting_customer',
  'containing',
  'eradicating',
  'recovering',
  'verifying',
  'observing',
  'reviewing',
]

export const incidentTransitions: readonly TransitionRule[] = [
  { rule: 2, from: ['new'], to: 'triaging', action: '认领', who: analysts, needs: ['claim'] },
  { rule: 3, from: ['triaging'], to: 'false_positive', action: '判误报', who: analysts, needs: ['text'] },
  { rule: 4, from: ['triaging'], to: 'duplicate', action: '合并', who: analysts, needs: ['duplicate'] },
  { rule: 5, from: ['triaging'], to: 'confirmed', action: '出结论', who: analysts, needs: ['verdict'] },
  { rule: 6, from: ['confirmed'], to: 'awaiting_customer', action: '请客户授权', who: analysts, needs: ['plan'] },
  {
    rule: 7,
    from: ['confirmed'],
    to: 'containing',
    action: '按预授权执行',
    who: [...analysts, 'system'],
    needs: ['plan', 'approval'],
  },
  { rule: 8, from: ['awaiting_customer'], to: 'containing', action: '批准处置', who: ['owner', 'approver'], needs: ['approval'] },
  { rule: 9, from: ['awaiting_customer'], to: 'confirmed', action: '驳回处置', who: ['owner', 'approver'], needs: ['approval'] },
  {
    rule: 10,
    from: ['awaiting_customer'],
    to: 'accepted_risk',
    action: '接受风险',
    who: ['owner', 'approver'],
    needs: ['approval', 'text'],
  },
  {
    rule: 11,
    from: ['containing'],
    to: 'eradicating',
    action: '确认已遏制',
    who: ['system', ...analysts],
    needs: ['receipt', 'verification'],
  },
  {
    rule: 12,
    from: ['eradicating'],
    to: 'recovering',
    action: '清除根因',
    who: [...analysts, 'field_engineer', 'operator'],
    needs: ['text'],
  },
  // A block of an outside address interrupts nothing, so the system may attest recovery (docs/decisions/0005).
  {
    rule: 13,
    from: ['recovering'],
    to: 'verifying',
    action: '确认业务恢复',
    who: ['operator', 'customer_manager', 'system'],
    needs: ['text'],
  },
  { rule: 14, from: ['verifying'], to: 'observing', action: '通过复验', who: ['system', ...analysts], needs: ['verification'] },
  { rule: 15, from: ['verifying'], to: 'eradicating', action: '退回处理', who: ['system', ...analysts], needs: ['verification'] },
  { rule: 16, from: ['observing'], to: 'reviewing', action: '结束观察', who: ['system'], needs: ['text'] },
  { rule: 17, from: ['observing'], to: 'triaging', action: '因复发重开', who: ['system'], needs: ['alert'] },
  { rule: 18, from: ['reviewing'], to: 'closed', action: '闭环', who: analysts, needs: ['text'] },
  {
    rule: 19,
    from: working,
    to: 'suspended',
    action: '挂起',
    who: [...analysts, 'customer_manager', 'approver'],
    needs: ['text'],
  },
  { rule: 20, from: ['closed'], to: 'triaging', action: '重开', who: [...customers, ...analysts], needs: ['text'] },
  { rule: 21, from: ['confirmed'], to: 'reviewing', action: '按已拦截记录', who: analysts, needs: ['verdict'] },
  { rule: 22, from: ['containing'], to: 'confirmed', action: '改方案', who: ['system', ...analysts], needs: ['receipt'] },
  { rule: 23, from: ['awaiting_customer'], to: 'confirmed', action: '收回过期的请求', who: ['system'], needs: ['text'] },
  ...working.map((to): TransitionRule => ({
    rule: 24,
    from: ['suspended'],
    to,
    action: '唤醒',
    who: ['system', ...analysts, 'customer_manager'],
    needs: ['text'],
  })),
  // Not in domain.md: an acceptance has an end, and what was accepted is then open again.
  { rule: 26, from: ['accepted_risk'], to: 'triaging', action: '结束风险接受', who: ['system'], needs: ['text'] },
]

export const incidentStateLabel: Readonly<Record<IncidentState, string>> = {
  new: '待接警',
  triaging: '研判中',
  confirmed: '已确认',
  awaiting_customer: '待客户确认',
  containing: '处置中',
  eradicating: '已遏制，清除中',
  recovering: '恢复中',
  verifying: '复验中',
  observing: '观察期',
  reviewing: '总结中',
  closed: '已闭环',
  false_positive: '已排除（误报）',
  duplicate: '已合并',
  accepted_risk: '接受风险',
  suspended: '已挂起',
}

/** The six states a customer sees (domain.md 4.3). */
export const outwardLabel: Readonly<Record<IncidentState, string>> = {
  new: '待处置',
  triaging: '待处置',
  confirmed: '待处置',
  awaiting_customer: '待您确认',
  containing: '处置中',
  eradicating: '已遏制',
  recovering: '已遏制',
  verifying: '已遏制',
  observing: '已处置',
  reviewing: '已处置',
  closed: '已处置',
  false_positive: '已排除',
  duplicate: '已排除',
  accepted_risk: '接受风险',
  suspended: '已挂起',
}

export const finalStates: readonly IncidentState[] = ['closed', 'false_positive', 'duplicate', 'accepted_risk']

export const openStates: readonly IncidentState[] = (Object.keys(incidentStateLabel) as IncidentState[]).filter(
  state => !finalStates.includes(state),
)

/** The rule for this role; else any rule of this move, which then says who may. */
export function ruleFor(from: IncidentState, to: IncidentState, role: Role | 'system'): TransitionRule | undefined {
  const rules = incidentTransitions.filter(rule => rule.from.includes(from) && rule.to === to)
  return rules.find(rule => rule.who.includes(role)) ?? rules[0]
}
