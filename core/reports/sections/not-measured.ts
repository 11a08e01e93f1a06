// 尚未纳入的内容: named, so that nobody takes silence for "all is well".
import { metrics as all } from '../../metrics/index.js'
import { defineSection } from '../section.js'

export const notMeasured = defineSection<readonly string[]>({
  id: 'not-measured',
  title: '尚未纳入的内容',
  in: ['weekly', 'monthly', 'quarterly', 'annual'],
  async load({ metrics }) {
    const missing: string[] = []
    for (const { id, name } of all) {
      const { note } = await metrics.of(id)
      if (note?.startsWith('未测')) missing.push(`${name}（${note.slice(3)}）`)
    }
    return missing
  },
  write: rows => (rows.length === 0 ? '各项指标均已纳入。' : `以下没有数据，本报告不作结论：${rows.join('、')}。`),
})
