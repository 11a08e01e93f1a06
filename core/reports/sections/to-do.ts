// 二、需要您做的事: at most three, the ones that wait for the customer.
import { localTime } from '../../tenants/local-time.js'
import { defineSection } from '../section.js'

interface Waiting {
  readonly number: string
  readonly target: string
  readonly until: string
}

export const toDo = defineSection<readonly Waiting[]>({
  id: 'to-do',
  title: '需要您做的事',
  in: ['daily', 'weekly', 'one-page'],
  async load({ tables, tenant, period }) {
    const rows = await tables.disposals.find(
      tenant.id,
      { state: 'requested', proposedAt: { below: period.to } },
      { order: { expiresAt: 'asc' }, limit: 3 },
    )
    return rows.map(row => ({ number: row.number, target: row.target, until: row.expiresAt }))
  },
  write: (rows, tenant) =>
    rows.length === 0
      ? '无需您操作。'
      : rows
          .map((row, i) => `${i + 1}. 确认是否封禁 ${row.target}（${row.number}，${localTime(row.until, tenant.timeZone)} 前有效）`)
          .join('\n'),
  figures: rows => ({ waiting: rows.length }),
})
