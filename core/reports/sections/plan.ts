// 四、今日安排: what the clock will do by itself: blocks that run out, observations that end.
import { localMoment } from '../../tenants/local-time.js'
import { defineSection } from '../section.js'

export const plan = defineSection<readonly { at: string; text: string }[]>({
  id: 'plan',
  title: { weekly: '下周计划与需协助事项', other: '接下来的安排' },
  in: ['daily', 'weekly'],
  async load({ tables, tenant, period }) {
    const blocks = await tables.disposals.find(tenant.id, { state: 'verified' }, { order: { leaseUntil: 'asc' }, limit: 5 })
    const watched = await tables.tickets.find(tenant.id, { state: 'observing' }, { order: { observeUntil: 'asc' }, limit: 5 })
    return [
      ...blocks.map(row => ({ at: row.leaseUntil ?? period.to, text: `${row.target} 的封禁到期自动解除（${row.number}）` })),
      ...watched.map(row => ({ at: row.observeUntil ?? period.to, text: `观察期结束（${row.number}）` })),
    ].sort((a, b) => (a.at < b.at ? -1 : 1))
  },
  write: (rows, tenant) =>
    rows.length === 0 ? '持续监测，没有排期的操作。' : rows.map(row => `- ${localMoment(row.at, tenant.timeZone)} ${row.text}`).join('\n'),
})
