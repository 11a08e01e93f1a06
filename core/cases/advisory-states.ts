// An advisory's states (domain.md 5.7). The draft is the platform's; what is published is a case of each customer and goes its own way.
import { analysts, type CaseTable } from './case-table.js'

export type AdvisoryState = 'drafted' | 'approved' | 'matching' | 'published' | 'checking' | 'protecting' | 'closed'

export const advisoryTable: CaseTable<AdvisoryState> = {
  title: '预警',
  prefix: 'AD',
  first: 'drafted',
  final: ['closed'],
  labels: {
    drafted: '草稿',
    approved: '已审批',
    matching: '匹配中',
    published: '已发布',
    checking: '核查中',
    protecting: '防护中',
    closed: '已关闭',
  },
  rules: [
    {
      rule: 1,
      from: ['drafted'],
      to: 'approved',
      action: '审批预警',
      who: ['senior_expert'],
      needs: ['approval'],
      guard: 'second-person',
    },
    { rule: 2, from: ['approved'], to: 'matching', action: '匹配', who: ['system'], needs: [] },
    { rule: 3, from: ['matching'], to: 'published', action: '发布', who: ['system'], needs: ['verification'] },
    {
      rule: 4,
      from: ['published'],
      to: 'checking',
      action: '核查',
      who: ['system', ...analysts, 'owner', 'approver', 'operator'],
      needs: ['plan'],
    },
    {
      rule: 5,
      from: ['published', 'checking'],
      to: 'protecting',
      action: '防护',
      who: [...analysts, 'field_engineer', 'owner', 'approver', 'operator'],
      needs: ['method'],
    },
    {
      rule: 6,
      from: ['published', 'checking', 'protecting'],
      to: 'closed',
      action: '关闭预警',
      who: ['system', ...analysts],
      needs: ['verification'],
    },
    { rule: 7, from: ['drafted'], to: 'closed', action: '作废草稿', who: analysts, needs: ['reason'] },
  ],
}
