// A report waits for its review: the ops room hears which, what is odd in it and what to say next.
import { reportTitle } from '../../core/reports/report-text.js'
import { reportStateLabel } from '../../core/reports/report.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const reportDrafted = definePush({
  kind: 'report-drafted',
  async say({ tx, tenantId, refs }) {
    const report = await tx.reports.get(tenantId, refs['reportId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!report || !tenant || report.state === 'sent') return []
    const odd = report.content?.oddities ?? []
    const next = odd.length > 0 && !report.content?.explanation ? `审报告 ${report.number} 说明：原因` : `审报告 ${report.number} 校数`
    const text = [
      `**【待审报告】${plain(reportTitle(report, tenant), 80)}**`,
      `${report.number}，第 ${report.version} 版，${reportStateLabel[report.state]}`,
      ...odd.slice(0, 5).map(({ what, why }) => `异常：${plain(what, 40)}，${why}`),
      `下一步：${next}`,
    ].join('\n')
    return [{ to: 'ops', subject: report.number, message: { kind: 'markdown', text }, lane: 2 }]
  },
})
