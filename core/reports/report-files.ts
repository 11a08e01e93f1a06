// Files of reports: made once and kept for a while, so that the same request brings the same bytes; what takes long is made in the background
// and told when it is there. A row that is wanted survives a restart.
import type { Clock } from '../ports/clock.js'
import { instant } from '../ports/clock.js'
import type { DocumentFormat, Documents } from '../ports/documents.js'
import type { Logger } from '../ports/logger.js'
import type { Transactions } from '../ports/transaction.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Report } from './report.js'
import type { ReportFile } from './report-file.js'
import { documentSource } from './report-text.js'

/** An answer has to come within five seconds; the rest of the road needs a part of them. */
const PATIENCE_MILLISECONDS = 3_500
const MOST_ATTEMPTS = 3
/** One that is being made for a room is left alone by others for so long (seconds). */
const AGAIN_SECONDS = 60

interface Needs {
  readonly transactions: Transactions
  readonly documents: Documents
  readonly clock: Clock
  readonly logger: Logger
}

export class ReportFiles {
  constructor(private readonly needs: Needs) {}

  /** The bytes, base64. A report that is not stored is rendered each time. @throws DOCUMENT_FAILED */
  async make(report: Report, tenant: Tenant, format: DocumentFormat): Promise<string> {
    const { transactions, documents } = this.needs
    const id = `${report.id}:${format}`
    const known = report.number === '' ? undefined : await transactions.read(t => t.reportFiles.get(tenant.id, id))
    if (known?.base64) return known.base64
    const base64 = (await documents.render(documentSource(report, tenant), format)).toString('base64')
    if (report.number === '') return base64
    await transactions.run(async tx => {
      const row: ReportFile = { id, tenantId: tenant.id, reportId: report.id, format, room: null, base64, attempts: 0, createdAt: tx.at }
      if (!(await tx.reportFiles.insertIfAbsent(row))) await tx.reportFiles.update(tenant.id, { id }, { base64 })
    })
    return base64
  }

  /** The bytes when they are there soon; otherwise undefined, and the room gets the file as soon as it is made. @throws DOCUMENT_FAILED */
  async soon(report: Report, tenant: Tenant, format: DocumentFormat, room: 'butler' | 'ops' | undefined): Promise<string | undefined> {
    if (report.number === '' || room === undefined) return this.make(report, tenant, format)
    const making = this.make(report, tenant, format)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>(resolve => {
      timer = setTimeout(() => resolve(undefined), PATIENCE_MILLISECONDS)
    })
    const made = await Promise.race([making, late]).finally(() => clearTimeout(timer))
    if (made !== undefined) return made
    await this.want(report, tenant, format, room)
    void making
      .then(() => this.told(tenant.id, `${report.id}:${format}`))
      .catch((error: unknown) => this.needs.logger.warn({ error, tenantId: tenant.id }, 'report file was not made'))
    return undefined
  }

  /** Makes what rooms wait for and nobody is making: after a restart, or a failure. Returns how many. */
  async makeWanted(): Promise<number> {
    const { transactions, clock, logger } = this.needs
    const since = instant(clock.now() - AGAIN_SECONDS * 1000)
    const rows = await transactions.read(t =>
      t.reportFiles.acrossTenantsFind(
        { room: { not: null }, createdAt: { below: since }, attempts: { below: MOST_ATTEMPTS } },
        { limit: 10 },
      ),
    )
    for (const row of rows) {
      await transactions.run(tx => tx.reportFiles.update(row.tenantId, { id: row.id }, { attempts: row.attempts + 1 }))
      const [report, tenant] = await transactions.read(async t => [
        await t.reports.get(row.tenantId, row.reportId),
        await t.tenants.get(row.tenantId, row.tenantId),
      ])
      if (!report || !tenant) continue
      await this.make(report, tenant, row.format)
        .then(() => this.told(row.tenantId, row.id))
        .catch((error: unknown) => logger.warn({ error, tenantId: row.tenantId }, 'report file was not made'))
    }
    return rows.length
  }

  private async want(report: Report, tenant: Tenant, format: DocumentFormat, room: 'butler' | 'ops'): Promise<void> {
    const id = `${report.id}:${format}`
    await this.needs.transactions.run(async tx => {
      const row: ReportFile = { id, tenantId: tenant.id, reportId: report.id, format, room, base64: null, attempts: 0, createdAt: tx.at }
      if (!(await tx.reportFiles.insertIfAbsent(row))) await tx.reportFiles.update(tenant.id, { id }, { room })
    })
  }

  private async told(tenantId: string, id: string): Promise<void> {
    await this.needs.transactions.run(async tx => {
      const row = await tx.reportFiles.get(tenantId, id)
      if (!row?.base64 || row.room === null) return
      if ((await tx.reportFiles.update(tenantId, { id, room: row.room }, { room: null })) === 0) return
      tx.announce({ tenantId, kind: 'report-file-ready', refs: { fileId: id, room: row.room }, key: `report-file:${id}:${tx.at}` })
    })
  }
}
