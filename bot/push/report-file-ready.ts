// A file that took longer than an answer may: it follows as soon as it is there.
import { fileName, reportTitle } from '../../core/reports/report-text.js'
import { definePush } from './push.js'

export const reportFileReady = definePush({
  kind: 'report-file-ready',
  async say({ tx, tenantId, refs }) {
    const made = await tx.reportFiles.get(tenantId, refs['fileId'] ?? '')
    const report = made && (await tx.reports.get(tenantId, made.reportId))
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!made?.base64 || !report || !tenant) return []
    const file = { name: fileName(reportTitle(report, tenant), made.format), base64: made.base64 }
    return [{ to: refs['room'] === 'ops' ? 'ops' : 'butler', subject: report.number, message: { kind: 'file', file }, lane: 1 }]
  },
})
