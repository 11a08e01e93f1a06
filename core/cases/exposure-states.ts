// An exposure's states (domain.md 5.5): found on the Internet, owned, classified, taken back, looked at again.
import { analysts, hands, type CaseTable } from './case-table.js'

export type ExposureState =
  'discovered' | 'ownership_confirming' | 'necessary' | 'temporary' | 'violating' | 'expired' | 'converging' | 're_probing' | 'closed'

export const exposureTable: CaseTable<ExposureState> = {
  title: '暴露项',
  prefix: 'TK',
  first: 'discovered',
  final: ['closed'],
  labels: {
    discovered: '新发现',
    ownership_confirming: '待认领',
    necessary: '必要开放',
    temporary: '临时开放',
    violating: '违规暴露',
    expired: '过期暴露',
    converging: '收敛中',
    re_probing: '复测中',
    closed: '已收敛',
  },
  rules: [
    {
      rule: 1,
      from: ['discovered', 'necessary'],
      to: 'ownership_confirming',
      action: '请责任人认领',
      who: ['system', ...analysts, 'customer_manager'],
      needs: [],
    },
    {
      rule: 2,
      from: ['ownership_confirming'],
      to: 'necessary',
      action: '认定为必要开放',
      who: ['owner', 'approver', ...analysts],
      needs: ['owner', 'reason'],
      guard: 'second-person',
    },
    {
      rule: 3,
      from: ['ownership_confirming', 'necessary', 'violating'],
      to: 'temporary',
      action: '同意临时开放',
      who: ['owner', 'approver', ...analysts],
      needs: ['owner', 'reason'],
      guard: 'temporary-opening',
    },
    {
      rule: 4,
      from: ['ownership_confirming', 'necessary'],
      to: 'violating',
      action: '认定为违规暴露',
      who: ['system', ...analysts, ...hands],
      needs: ['reason'],
    },
    { rule: 5, from: ['temporary'], to: 'violating', action: '按到期转违规', who: ['system'], needs: ['reason'], guard: 'opening-over' },
    {
      rule: 6,
      from: ['necessary', 'temporary'],
      to: 'expired',
      action: '登记为不再需要',
      who: ['system', ...analysts, ...hands],
      needs: ['reason'],
    },
    {
      rule: 7,
      from: ['necessary', 'temporary', 'violating', 'expired'],
      to: 'converging',
      action: '收敛',
      who: [...hands, ...analysts, 'field_engineer'],
      needs: ['method'],
    },
    {
      rule: 8,
      from: ['converging'],
      to: 're_probing',
      action: '申请复测',
      who: [...hands, ...analysts, 'field_engineer'],
      needs: ['reason'],
    },
    { rule: 9, from: ['re_probing'], to: 'closed', action: '复测通过', who: ['system', ...analysts], needs: ['verification'] },
    { rule: 10, from: ['re_probing'], to: 'converging', action: '退回收敛', who: ['system', ...analysts], needs: ['verification'] },
    { rule: 11, from: ['closed'], to: 'discovered', action: '再次发现', who: ['system'], needs: ['verification'] },
  ],
}
