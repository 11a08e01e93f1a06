// The morning's report of yesterday: summary and file.
import { reportHtml, reportSummary } from '../../core/reports/report-service.js'
import { forGroup } from '../cards/format.js'
import { definePush } from './push.js'

export const dailyReportReady = definePush({
  kind: 'daily-report-ready',
  async say({ tx, tenantId, refs }) {
    const report = await tx.reports.get(tenantId, refs['reportId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!report || !tenant) return []
    const title = `${tenant.name} 安全日报 ${report.period}`
    const base64 = Buffer.from(reportHtml(report, title), 'utf8').toString('base64')
    return [
      {
        to: 'butler',
        subject: report.number,
        message: { kind: 'markdown', text: forGroup(reportSummary(report, tenant), '更多见附件。') },
        lane: 2,
      },
      { to: 'butler', subject: report.number, message: { kind: 'file', file: { name: `${title}.html`, base64 } }, lane: 2 },
    ]
  },
})
