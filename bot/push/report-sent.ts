// An approved report for the customer: the summary in the group, and the whole of it as a file.
import { fileName, reportHtml, reportSummary, reportTitle } from '../../core/reports/report-text.js'
import { forGroup } from '../cards/format.js'
import { definePush } from './push.js'

export const reportSent = definePush({
  kind: 'report-sent',
  async say({ tx, tenantId, refs }) {
    const report = await tx.reports.get(tenantId, refs['reportId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!report || !tenant) return []
    const title = reportTitle(report, tenant)
    // The PDF is made when the report is sent; where that failed the page does.
    const pdf = await tx.reportFiles.get(tenantId, `${report.id}:pdf`)
    const base64 = pdf?.base64 ?? Buffer.from(reportHtml(report, title), 'utf8').toString('base64')
    const file = { name: fileName(title, pdf?.base64 ? 'pdf' : 'html'), base64 }
    return [
      {
        to: 'butler',
        subject: report.number,
        message: { kind: 'markdown', text: forGroup(reportSummary(report, tenant), '更多见附件。') },
        lane: 2,
      },
      { to: 'butler', subject: report.number, message: { kind: 'file', file }, lane: 2 },
    ]
  },
})
