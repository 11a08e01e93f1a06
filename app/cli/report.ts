// `guanjia report`: one report of one tenant into a file.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { AppError } from '../../core/errors.js'
import { documentFormats, type DocumentFormat } from '../../core/ports/documents.js'
import { lastPeriodOf } from '../../core/reports/period.js'
import { reportKinds, type ReportKind } from '../../core/reports/report.js'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

const textFormats = ['md', 'json'] as const
type Format = DocumentFormat | (typeof textFormats)[number]

export const report: Verb = {
  usage:
    'report --tenant CODE [--kind daily|weekly|monthly|quarterly|annual|custom|one-page|vulnerability|incident|service] [--period 2026-11-23|2026-W47|2026-11|2026-Q4|2026|FIRST..LAST] [--from DAY --to DAY] [--scope asset:ADDRESS|type:TYPE|NUMBER] [--format md|html|json|pdf|docx|xlsx|png] [--renew] [-o FILE]',
  summary: 'Writes one report; without -o to stdout',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tenant: { type: 'string' },
        kind: { type: 'string', default: 'daily' },
        period: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        scope: { type: 'string', default: '' },
        format: { type: 'string', default: 'md' },
        renew: { type: 'boolean', default: false },
        output: { type: 'string', short: 'o' },
      },
    })
    const { tenant: code, scope, from, to } = values
    if (code === undefined) throw new UsageError('--tenant is needed')
    if ((from === undefined) !== (to === undefined)) throw new UsageError('--from and --to belong together')
    if (from !== undefined && values.period !== undefined) throw new UsageError('--period or --from and --to, not both')
    const kind = reportKinds.find(item => item === values.kind)
    if (!kind) throw new AppError('NOT_SUPPORTED', { what: `${values.kind} 报告` })
    const format = [...documentFormats, ...textFormats].find(item => item === values.format)
    if (!format) throw new AppError('NOT_SUPPORTED', { what: `${values.format} 格式` })
    if (scope.length > 200) throw new UsageError('--scope is too long')
    const bytes = await withParts(async ({ core }) => {
      const tenant = await core.directory.tenantByCode(code)
      if (!tenant) throw new AppError('NOT_FOUND', { what: `单位 ${code}` })
      const period = from === undefined ? (values.period ?? lastPeriodOf(kind, core.reports.today(tenant))) : `${from}..${to}`
      const request = { kind: stretchKind(kind, from), period, scope }
      const made = values.renew ? await core.reports.renew(tenant, request, 'cli') : await core.reports.make(tenant, request)
      if (isText(format)) return Buffer.from(format === 'json' ? `${JSON.stringify(made, undefined, 2)}\n` : `${made.markdown}\n`, 'utf8')
      return Buffer.from(await core.reportFiles.make(made, tenant, format), 'base64')
    })
    if (values.output === undefined) process.stdout.write(bytes)
    else await writeFile(values.output, bytes)
    return 0
  },
}

/** Days of one's own choice are no day, week or month, unless they happen to be one. */
const stretchKind = (kind: ReportKind, from: string | undefined): ReportKind => (from !== undefined && kind === 'daily' ? 'custom' : kind)
const isText = (format: Format): format is (typeof textFormats)[number] => (textFormats as readonly Format[]).includes(format)
