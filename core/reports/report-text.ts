// A report as people get it without a renderer: the summary for the group, a page of HTML without pictures, and the source of its files.
import MarkdownIt from 'markdown-it'
import type { DocumentSource } from '../ports/documents.js'
import type { Tenant } from '../tenants/tenant.js'
import { periodLabel, readPeriod } from './period.js'
import { reportKindLabel, type Report } from './report.js'
import { escapeMarkdown } from './section.js'

const markdown = new MarkdownIt({ html: false, linkify: false })
const PICTURE = /^!\[[^\]]*\]\(chart:[\w-]+\)$/gm
/** A message in a group has twelve lines at most. */
const MOST_LINES = 12

/** `示例大学 安全周报 2026-W47`; of an incident its number. */
export function reportTitle(report: Pick<Report, 'kind' | 'period' | 'scope'>, tenant: Tenant): string {
  const scope =
    report.kind === 'incident' ? report.scope : [report.period, report.scope.replace(/^(?:asset|type):/, '')].filter(Boolean).join(' ')
  return `${tenant.name} ${reportKindLabel[report.kind]} ${scope}`
}

/** A name every system takes as a file's. */
export const fileName = (title: string, format: string): string =>
  `${title.replaceAll(/[\\/:*?"<>|\p{Cc}\p{Cf}]+/gu, '-').slice(0, 100)}.${format}`

/** The report as a page that opens on any phone, styles inside, nothing loaded from outside. */
export function reportHtml(report: Pick<Report, 'markdown'>, title: string): string {
  const escaped = title.replaceAll(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`)
  const body = markdown.render(report.markdown.replaceAll(PICTURE, ''))
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped}</title><style>body{font:16px/1.7 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:0 auto;padding:1.2rem;color:#1f2933;background:#fff}h1{font-size:1.4rem;border-bottom:3px solid #2b6cb0;padding-bottom:.4rem}h2{font-size:1.1rem;margin-top:1.6rem;color:#2b6cb0}li{margin:.3rem 0}table{border-collapse:collapse;width:100%;margin:.6rem 0}th,td{border:1px solid #d5dde5;padding:.3rem .5rem;text-align:left;word-break:break-word}th{background:#eef3f8}</style><body>${body}</body></html>`
}

/** At most twelve lines for the group: what the sections offer for it, or else the headings folded into their text. */
export function reportSummary(report: Report, tenant: Tenant): string {
  const brief = report.content?.brief ?? []
  const what = report.kind === 'incident' ? report.scope : report.kind === 'daily' ? report.period.slice(5) : labelOf(report, tenant)
  const head = `**【${reportKindLabel[report.kind]} ${what}】${escapeMarkdown(tenant.name)}**`
  const lines = report.kind === 'daily' || brief.length === 0 ? folded(report.markdown) : [...new Set(brief)]
  return [head, ...(lines.length > MOST_LINES - 1 ? [...lines.slice(0, MOST_LINES - 2), '更多见附件。'] : lines)].join('\n')
}

const labelOf = (report: Report, tenant: Tenant) => periodLabel(readPeriod(report.kind, report.period, tenant.timeZone, '9999-12-31'))

function folded(text: string): string[] {
  return text
    .split('\n\n## ')
    .slice(1)
    .flatMap(block => {
      const [heading = '', ...rest] = block.split('\n')
      const name = heading.replace(/^[^、]{1,3}、/, '')
      const body = rest.map(line => line.trim()).filter(line => line !== '' && !line.startsWith('|') && !line.startsWith('!['))
      const only = body[0]?.replace(/^- /, '') ?? ''
      return body.length <= 1 ? [`**${name}**：${only}`] : [`**${name}**`, ...body]
    })
}

export function documentSource(report: Report, tenant: Tenant): DocumentSource {
  return {
    title: reportTitle(report, tenant),
    tenantName: tenant.name,
    number: report.number,
    createdAt: report.createdAt,
    markdown: report.markdown,
    charts: report.content?.charts ?? {},
    sheets: report.content?.sheets ?? [],
    brief: reportSummary(report, tenant).split('\n'),
  }
}
