// A report as an answer: which period a sentence means for a kind, the summary, and the file or that it follows. Called by the report commands.
import { AppError } from '../../core/errors.js'
import { documentFormats, type DocumentFormat } from '../../core/ports/documents.js'
import { lastPeriodOf, periodAround, readPeriod } from '../../core/reports/period.js'
import type { Report, ReportKind } from '../../core/reports/report.js'
import { fileName, reportSummary, reportTitle } from '../../core/reports/report-text.js'
import type { ReportRequest } from '../../core/reports/write-report.js'
import { eventTypeLabel, eventTypes } from '../../core/threats/terms.js'
import { forGroup } from '../cards/format.js'
import type { Answer, CommandContext, CommandResult } from './command.js'

/** What the report commands take from a sentence. */
export interface ReportArgs {
  readonly day?: string | undefined
  readonly days?: string | undefined
  readonly ip?: string | undefined
  readonly asset?: string | undefined
  readonly format?: string | undefined
  readonly text?: string | undefined
}

/** The period that is meant: what was said; else the last finished one. What fits no period of the kind is a report of just those days. */
export function requestOf(kind: ReportKind, { day, days, ip, asset, text = '' }: ReportArgs, zone: string, today: string): ReportRequest {
  const type = eventTypes.find(item => text.includes(eventTypeLabel[item]))
  const scope = ip !== undefined ? `asset:${ip}` : asset !== undefined ? `asset:${asset}` : type !== undefined ? `type:${type}` : ''
  const asked = days ?? day
  if (asked === undefined) return { kind, period: lastPeriodOf(kind, today), scope }
  const stretches: readonly ReportKind[] = ['daily', 'weekly', 'monthly', 'quarterly', 'annual']
  if (day !== undefined && stretches.includes(kind)) return { kind, period: periodAround(kind, day), scope }
  try {
    return { kind, period: readPeriod(kind, asked, zone, today).key, scope }
  } catch {
    return { kind: 'custom', period: readPeriod('custom', asked, zone, today).key, scope }
  }
}

/** @throws NOT_SUPPORTED */
export function formatOf(format: string | undefined): DocumentFormat {
  if (format === undefined) return 'pdf'
  const found = documentFormats.find(item => item === format)
  if (!found) throw new AppError('NOT_SUPPORTED', { what: `${format.slice(0, 10)} 格式，可用 ${documentFormats.join('、')}` })
  return found
}

export async function answerReport(
  { core, tenant, place }: Pick<CommandContext<unknown>, 'core' | 'tenant' | 'place'>,
  report: Report,
  format: DocumentFormat,
): Promise<CommandResult> {
  const title = reportTitle(report, tenant)
  const isReviewed = report.kind === 'daily' || report.state === 'approved' || report.state === 'sent' || report.number === ''
  const notes = [
    ...(report.number === '' ? ['本期还没有结束，数字截至现在。'] : []),
    ...(isReviewed ? [] : ['自动生成，尚未经专家审定。']),
    ...(report.version > 1 ? [`第 ${report.version} 版：${report.content?.changes.slice(0, 3).join('；') ?? ''}`] : []),
  ]
  const room = place.room === 'butler' || place.room === 'ops' ? place.room : undefined
  const base64 = await core.reportFiles.soon(report, tenant, format, room)
  const head = reportSummary(report, tenant).split('\n')
  // The notes have to be seen, so the summary gives way.
  const kept = head.length + notes.length > 12 ? [...head.slice(0, 11 - notes.length), '更多见附件。'] : head
  const text = [...kept, ...notes, ...(base64 === undefined ? ['文件生成中，好了就发到群里。'] : [])].join('\n')
  const answers: Answer[] = [{ message: { kind: 'markdown', text: forGroup(text, '更多见附件。') } }]
  if (base64 !== undefined) answers.push({ message: { kind: 'file', file: { name: fileName(title, format), base64 } } })
  return { answers }
}
