// The report on a grave incident, as a file, to the customer and the ops room.
import { reportHtml } from '../../core/reports/report-text.js'
import { definePush } from './push.js'

export const incidentReportReady = definePush({
  kind: 'incident-report-ready',
  async say({ tx, tenantId, refs }) {
    const report = await tx.reports.get(tenantId, refs['reportId'] ?? '')
    const number = refs['number'] ?? ''
    if (!report) return []
    const title = `安全事件专报 ${number}`
    const file = { name: `${title}.html`, base64: Buffer.from(reportHtml(report, title), 'utf8').toString('base64') }
    const text = `**${report.number}** ${number} 的事件专报已生成：摘要、时间线、影响、根因、处置、证据清单、教训与改进项见附件；战情群已归档。`
    return [
      { to: 'butler', subject: report.number, message: { kind: 'markdown', text } },
      { to: 'butler', subject: report.number, message: { kind: 'file', file }, lane: 2 },
      { to: 'ops', subject: report.number, message: { kind: 'file', file }, lane: 2 },
    ]
  },
})
