// A configuration change's states (domain.md 5.6): seen, reviewed, taken into the baseline or rolled back.
import { analysts, hands, type CaseTable } from './case-table.js'

export type ChangeState = 'detected' | 'reviewing' | 'authorized' | 'violating' | 'advice_sent' | 'rolling_back' | 'verified' | 'closed'

export const changeTable: CaseTable<ChangeState> = {
  title: '配置变更',
  prefix: 'TK',
  first: 'detected',
  final: ['authorized', 'closed'],
  labels: {
    detected: '新发现',
    reviewing: '核实中',
    authorized: '已认可',
    violating: '违规变更',
    advice_sent: '已给建议',
    rolling_back: '回退中',
    verified: '回退已核验',
    closed: '已关闭',
  },
  rules: [
    { rule: 1, from: ['detected'], to: 'reviewing', action: '核实', who: ['system', ...analysts, 'customer_manager'], needs: [] },
    // domain.md 17: the approver and the senior expert alone; operator and analyst only as the second of two.
    {
      rule: 2,
      from: ['reviewing'],
      to: 'authorized',
      action: '认可为基准',
      who: ['approver', 'senior_expert', 'operator', 'analyst'],
      needs: ['approval'],
      guard: 'junior-needs-second',
    },
    { rule: 3, from: ['reviewing'], to: 'violating', action: '认定为违规', who: [...hands, ...analysts], needs: ['reason'] },
    { rule: 4, from: ['violating'], to: 'advice_sent', action: '给出建议', who: analysts, needs: ['plan'] },
    {
      rule: 5,
      from: ['advice_sent'],
      to: 'rolling_back',
      action: '同意回退',
      who: ['owner', 'approver'],
      needs: ['approval'],
      guard: 'second-person',
    },
    {
      rule: 6,
      from: ['rolling_back'],
      to: 'verified',
      action: '核验回退',
      who: ['system', ...analysts, 'field_engineer'],
      needs: ['verification'],
    },
    { rule: 7, from: ['rolling_back'], to: 'advice_sent', action: '改方案', who: ['system', ...analysts], needs: ['reason'] },
    { rule: 8, from: ['verified'], to: 'closed', action: '关闭', who: analysts, needs: ['reason'] },
    // Whoever sees later that the change was a planned one after all.
    { rule: 9, from: ['violating', 'advice_sent'], to: 'reviewing', action: '重新核实', who: ['approver', ...analysts], needs: ['reason'] },
  ],
}
