// `guanjia report`: one report of one tenant into a file.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { AppError } from '../../core/errors.js'
import { reportHtml } from '../../core/reports/report-service.js'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

export const report: Verb = {
  usage: 'report --tenant CODE --kind daily --period 2026-11-23 [--format md|html|json] [-o FILE]',
  summary: 'Writes one report; without -o to stdout',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tenant: { type: 'string' },
        kind: { type: 'string', default: 'daily' },
        period: { type: 'string' },
        format: { type: 'string', default: 'md' },
        output: { type: 'string', short: 'o' },
      },
    })
    const { tenant: code, kind, period, format } = values
    if (code === undefined) throw new UsageError('--tenant is needed')
    if (kind !== 'daily') throw new AppError('NOT_SUPPORTED', { what: `${kind} 报告` })
    if (!['md', 'html', 'json'].includes(format)) throw new AppError('NOT_SUPPORTED', { what: `${format} 格式` })
    const text = await withParts(async ({ core }) => {
      const tenant = await core.directory.tenantByCode(code)
      if (!tenant) throw new AppError('NOT_FOUND', { what: `单位 ${code}` })
      const made = await core.reports.daily(tenant, period ?? core.reports.yesterday(tenant))
      if (format === 'json') return `${JSON.stringify(made, undefined, 2)}\n`
      return format === 'html' ? reportHtml(made, `${tenant.name} 安全日报 ${made.period}`) : `${made.markdown}\n`
    })
    if (values.output === undefined) process.stdout.write(text)
    else await writeFile(values.output, text)
    return 0
  },
}
