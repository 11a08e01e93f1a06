// Builds reports from the database; a finished period is a snapshot that is stored and returned unchanged.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import MarkdownIt from 'markdown-it'
import type { Clock } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { AppError } from '../errors.js'
import type { Tenant } from '../tenants/tenant.js'
import { openStates } from '../tickets/incident-states.js'
import type { Report } from './report.js'
import { localTime } from '../tenants/local-time.js'
import { escapeMarkdown, type Period } from './section.js'
import { sections } from './sections/index.js'

dayjs.extend(utc)
dayjs.extend(timezone)

export interface Status {
  readonly hits: number
  readonly alerts: number
  readonly incidents: number
  readonly open: number
  /** Number of the newest open incident. */
  readonly newest: string | undefined
  readonly waiting: number
  readonly waitingNumber: string | undefined
  readonly blocked: number
  /** `MM-DD HH:mm` in the tenant's zone; null when nothing was ever judged. */
  readonly lastEventAt: string | null
}

const ordinals = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']

export class ReportService {
  constructor(private readonly needs: { transactions: Transactions; clock: Clock }) {}

  today(tenant: Tenant): string {
    return dayjs(this.needs.clock.now()).tz(tenant.timeZone).format('YYYY-MM-DD')
  }

  yesterday(tenant: Tenant): string {
    return dayjs(this.needs.clock.now()).tz(tenant.timeZone).subtract(1, 'day').format('YYYY-MM-DD')
  }

  /**
   * @param day `YYYY-MM-DD` in the tenant's zone; the present day gives the figures so far and is not stored
   * @throws ARGUMENT_INVALID for a day in the future or that does not exist
   */
  async daily(tenant: Tenant, day: string): Promise<Report> {
    const period = this.period(tenant, day)
    return this.needs.transactions.run(async tx => {
      const stored = await tx.reports.first(tenant.id, { kind: 'daily', period: day })
      if (stored) return stored
      const { markdown, figures } = await this.write(tx, tenant, period)
      const report: Report = {
        id: tx.id(),
        tenantId: tenant.id,
        number: period.complete ? await tx.number('RP', tenant) : '',
        kind: 'daily',
        period: day,
        markdown,
        figures,
        createdAt: tx.at,
      }
      if (period.complete) {
        if (!(await tx.reports.insertIfAbsent(report))) return (await tx.reports.first(tenant.id, { kind: 'daily', period: day })) ?? report
        tx.audit({
          tenantId: tenant.id,
          actor: 'system',
          action: 'report.created',
          subject: report.number,
          details: { kind: 'daily', period: day, figures },
        })
      }
      return report
    })
  }

  /** The day's bounds. @throws ARGUMENT_INVALID */
  period(tenant: Tenant, day: string): Period {
    const date = /^\d{4}-\d{2}-\d{2}$/.test(day) ? dayjs.utc(day) : undefined
    if (date?.format('YYYY-MM-DD') !== day || day > this.today(tenant)) {
      throw new AppError('ARGUMENT_INVALID', { value: day.slice(0, 32), what: '日期', example: '日报 昨天' })
    }
    // Each midnight is asked for itself: a day on which the clocks change has not 24 hours.
    const midnight = (of: string) => dayjs.tz(`${of}T00:00:00`, tenant.timeZone).toISOString()
    const next = date.add(1, 'day').format('YYYY-MM-DD')
    return { day, from: midnight(day), to: midnight(next), complete: day < this.today(tenant) }
  }

  /** What `状态` says: today's figures so far and what is open now. */
  async status(tenant: Tenant): Promise<Status> {
    const { from } = this.period(tenant, this.today(tenant))
    return this.needs.transactions.read(async t => {
      const alerts = await t.alerts.find(tenant.id, { createdAt: { atLeast: from } })
      const waiting = await t.disposals.find(tenant.id, { state: 'requested' }, { order: { expiresAt: 'asc' } })
      const open = await t.tickets.find(tenant.id, { state: { oneOf: openStates } }, { order: { createdAt: 'desc' } })
      const newest = open[0] ? await t.incidents.get(tenant.id, open[0].subjectId) : undefined
      const judged = await t.detectorStates.get(tenant.id, tenant.id)
      return {
        hits: alerts.reduce((sum, alert) => sum + alert.count, 0),
        alerts: alerts.length,
        incidents: await t.incidents.count(tenant.id, { createdAt: { atLeast: from } }),
        open: open.length,
        newest: newest?.number,
        waiting: waiting.length,
        waitingNumber: waiting[0]?.number,
        blocked: await t.disposals.count(tenant.id, { state: 'verified' }),
        lastEventAt: judged ? dayjs(judged.updatedAt).tz(tenant.timeZone).format('MM-DD HH:mm') : null,
      }
    })
  }

  private async write(tx: Tx, tenant: Tenant, period: Period): Promise<{ markdown: string; figures: Record<string, number> }> {
    const figures: Record<string, number> = {}
    const parts: string[] = [`# ${escapeMarkdown(tenant.name)} 安全日报 ${period.day}`]
    if (!period.complete) parts.push(`截至 ${localTime(tx.at, tenant.timeZone)}`)
    for (const [index, section] of sections.filter(item => item.in.includes('daily')).entries()) {
      const data: unknown = await section.load({ tables: tx, tenant, period })
      parts.push(`## ${ordinals[index]}、${section.title}`, section.write(data, tenant))
      Object.assign(figures, section.figures?.(data) ?? {})
    }
    return { markdown: parts.join('\n\n'), figures }
  }
}

const markdown = new MarkdownIt({ html: false, linkify: false })

/** The report as a page that opens on any phone, styles inside, nothing loaded from outside. */
export function reportHtml(report: Pick<Report, 'markdown'>, title: string): string {
  const escaped = title.replaceAll(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`)
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped}</title><style>body{font:16px/1.7 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:0 auto;padding:1.2rem;color:#1f2933;background:#fff}h1{font-size:1.4rem;border-bottom:3px solid #2b6cb0;padding-bottom:.4rem}h2{font-size:1.1rem;margin-top:1.6rem;color:#2b6cb0}li{margin:.3rem 0}</style><body>${markdown.render(report.markdown)}</body></html>`
}

/** At most twelve lines for the group: the headings folded into their text. */
export function reportSummary(report: Report, tenant: Tenant): string {
  const blocks = report.markdown.split('\n\n## ').slice(1)
  const lines = blocks.flatMap(block => {
    const [heading = '', ...rest] = block.split('\n')
    const body = rest.map(line => line.trim()).filter(Boolean)
    const only = body[0]?.replace(/^- /, '') ?? ''
    return body.length <= 1 ? [`**${heading.replace(/^.、/, '')}**：${only}`] : [`**${heading.replace(/^.、/, '')}**`, ...body]
  })
  const head = `**【安全日报 ${report.period.slice(5)}】${escapeMarkdown(tenant.name)}**`
  return [head, ...(lines.length > 11 ? [...lines.slice(0, 10), '更多见附件。'] : lines)].join('\n')
}
