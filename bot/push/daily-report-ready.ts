// The morning's report of yesterday: summary and file.
import { fileName, reportHtml, reportSummary, reportTitle } from '../../core/reports/report-text.js'
import { forGroup } from '../cards/format.js'
import { definePush } from './push.js'

export const dailyReportReady = definePush({
  kind: 'daily-report-ready',
  async say({ tx, tenantId, refs }) {
    const report = await tx.reports.get(tenantId, refs['reportId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!report || !tenant) return []
    const title = reportTitle(report, tenant)
    const base64 = Buffer.from(reportHtml(report, title), 'utf8').toString('base64')
    return [
      {
        to: 'butler',
        subject: report.number,
        message: { kind: 'markdown', text: forGroup(reportSummary(report, tenant), '更多见附件。') },
        lane: 2,
      },
      { to: 'butler', subject: report.number, message: { kind: 'file', file: { name: fileName(title, 'html'), base64 } }, lane: 2 },
    ]
  },
})
