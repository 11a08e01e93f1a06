// `npm run bench -- reports`: one customer with ten million events and 50,000 alerts asks for its daily report (until the PDF is there), and the
// daily reports of many customers in one run with the memory it took. `--tenants`, `--alerts` and `--events` scale it down; the last line is JSON.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDocuments } from '../../adapters/documents/index.js'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { silentLogger } from '../../core/ports/logger.js'
import { ReportFiles } from '../../core/reports/report-files.js'
import { ReportReview } from '../../core/reports/report-review.js'
import { ReportService } from '../../core/reports/report-service.js'
import { sendDailyReport } from '../../core/scheduling/jobs/send-daily-report.js'
import { defaultSettings, type Tenant } from '../../core/tenants/tenant.js'
import { temporaryFolder } from '../support/private-process.js'
import { makeYear, writeYear } from '../support/year.js'

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '600' },
    alerts: { type: 'string', default: '50000' },
    events: { type: 'string', default: '10000000' },
  },
})
const [tenants, alerts, events] = [Number(values.tenants), Number(values.alerts), Number(values.events)]
const DAY = '2026-11-23'
const clock = { now: () => Date.parse('2026-11-24T00:30:00.000Z') }
const aTenant = (code: string): Tenant => ({
  id: `tenant-${code}`,
  tenantId: `tenant-${code}`,
  code,
  name: `单位 ${code}`,
  industry: 'education',
  mlpsLevel: 3,
  authorizationMode: 'collaborate',
  timeZone: 'Asia/Shanghai',
  manager: null,
  settings: defaultSettings,
  createdAt: '2026-01-01T00:00:00.000Z',
})

const folder = temporaryFolder()
const database = await openDatabase(`sqlite:${join(folder.path, 'app.db')}`)
await database.source.runMigrations()
await database.source.query('PRAGMA synchronous = OFF')
const transactions = makeTransactions(database, { clock, ids: makeIds(clock), secrets: makeSecretBox('a-key-for-the-bench') })
const reports = new ReportService({ transactions, clock })
const reportReview = new ReportReview({ transactions, reports })
const documents = makeDocuments()
const files = new ReportFiles({ transactions, documents, clock, logger: silentLogger })

// One large customer: all of it on the day that is asked for.
const big = aTenant('big')
await transactions.run(tx => tx.tenants.insert(big))
const year = makeYear(big, { year: 2026, incidents: Math.round(alerts / 25), seed: 1 })
const morning = Date.parse('2026-11-22T16:00:00.000Z')
const onDay = <T extends { readonly createdAt: string }>(row: T, index: number, all: number): T => ({
  ...row,
  createdAt: new Date(morning + Math.floor((index / all) * 86_000_000)).toISOString(),
})
const template = year.alerts[0]!
await writeYear(
  { transactions },
  {
    ...year,
    incidents: year.incidents.map((row, index) => onDay(row, index, year.incidents.length)),
    tickets: year.tickets.map((row, index) => onDay(row, index, year.tickets.length)),
    alerts: Array.from({ length: alerts }, (_, index) =>
      onDay(
        {
          ...template,
          id: `big-alert-${String(index).padStart(20, '0')}`,
          number: `AL-${index}`,
          mergeKey: `key-${index}`,
          incidentId: year.incidents[index % year.incidents.length]!.id,
        },
        index,
        alerts,
      ),
    ),
    hours: Array.from({ length: 24 * 20 }, (_, index) => ({
      ...year.hours[0]!,
      id: String(index).padStart(64, '0'),
      hour: new Date(morning + (index % 24) * 3_600_000).toISOString(),
      sourceId: `source-${Math.floor(index / 24)}`,
      events: Math.round(events / (24 * 20)),
    })),
  },
)
// The renderer's thread is there in a running product.
await documents.render(
  { title: '', tenantName: '', number: '', createdAt: '2026-11-24T00:00:00.000Z', markdown: '# 预热', charts: {}, sheets: [], brief: [] },
  'pdf',
)
const asked = performance.now()
const report = await reports.daily(big, DAY)
const written = performance.now()
await files.make(report, big, 'pdf')
const onDemandSeconds = (performance.now() - asked) / 1000

for (let n = 0; n < tenants; n++) {
  const tenant = aTenant(`t${n}`)
  await transactions.run(tx => tx.tenants.insert(tenant))
  await writeYear({ transactions }, makeYear(tenant, { year: 2026, incidents: 30, seed: n }))
}
process.stderr.write('customers are there, their reports begin\n')
const memory: number[] = []
const began = performance.now()
for (let n = 0; n < tenants; n++) {
  const tenant = aTenant(`t${n}`)
  await sendDailyReport.run({ tenant, reports, reportReview, transactions, now: clock.now() } as never)
  if (n % Math.max(1, Math.floor(tenants / 10)) === 0) memory.push(Math.round(process.memoryUsage().rss / 1_048_576))
}
const seconds = (performance.now() - began) / 1000
await documents.close()
await database.source.destroy()
folder.remove()
console.log(
  JSON.stringify({
    bench: 'reports',
    events: report.figures['alerts'] === alerts ? events : 0,
    alerts: report.figures['alerts'],
    onDemandSeconds: Number(onDemandSeconds.toFixed(2)),
    ofWhichText: Number(((written - asked) / 1000).toFixed(2)),
    tenants,
    allDailySeconds: Number(seconds.toFixed(1)),
    minutesFor6000: Number(((seconds / tenants) * 100).toFixed(1)),
    rssMegabytes: memory,
  }),
)
