// The path of a report to the customer: an analyst checks the figures, an expert writes the advice, the customer manager approves the tone, then it
// is sent. An odd figure needs a written explanation first. What the scheduler sends by itself (the day's report) stops at the same gate.
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import type { Role } from '../tenants/roles.js'
import { roleLabel } from '../tenants/roles.js'
import type { Tenant } from '../tenants/tenant.js'
import { noContent, reportStateLabel, type Advice, type Report, type ReportContent, type ReportState } from './report.js'
import type { ReportService } from './report-service.js'

const steps: Readonly<Record<'checked' | 'advised' | 'approved', { from: readonly ReportState[]; who: readonly Role[]; action: string }>> =
  {
    checked: { from: ['draft'], who: ['analyst', 'senior_expert'], action: '校数' },
    advised: { from: ['checked'], who: ['senior_expert'], action: '写建议' },
    approved: { from: ['advised'], who: ['customer_manager'], action: '审定' },
  }
const LONGEST = 500
const MOST_ADVICE = 20

interface Needs {
  readonly transactions: Transactions
  readonly reports: ReportService
}

export class ReportReview {
  constructor(private readonly needs: Needs) {}

  /** The newest reports that are not sent, oldest first. */
  waiting(tenantId: string): Promise<Report[]> {
    return this.needs.transactions.read(t =>
      t.reports.find(
        tenantId,
        { state: { oneOf: ['draft', 'checked', 'advised', 'approved'] }, kind: { noneOf: ['daily'] } },
        { order: { createdAt: 'desc' }, limit: 10 },
      ),
    )
  }

  /** @throws NUMBER_NOT_FOUND */
  get(tenantId: string, number: string): Promise<Report> {
    return this.needs.transactions.read(t => find(t, tenantId, number))
  }

  /** @throws NOT_ALLOWED, REPORT_NOT_READY */
  check(actor: Actor, tenantId: string, number: string): Promise<Report> {
    return this.step(actor, tenantId, number, 'checked')
  }

  /** @throws NOT_ALLOWED, REPORT_NOT_READY */
  approve(actor: Actor, tenantId: string, number: string): Promise<Report> {
    return this.step(actor, tenantId, number, 'approved')
  }

  /** The advice becomes part of a further version, which takes over what was checked. @throws NOT_ALLOWED, REPORT_NOT_READY, ARGUMENT_INVALID */
  async advise(actor: Actor, tenant: Tenant, number: string, advice: readonly Omit<Advice, 'by'>[]): Promise<Report> {
    authorise(actor, 'review-report', tenant.id, number)
    if (advice.length === 0 || advice.length > MOST_ADVICE)
      throw new AppError('ARGUMENT_INVALID', {
        value: String(advice.length),
        what: '建议条数',
        example: `审报告 ${number} 建议：措施；责任人；期限；收益`,
      })
    return this.needs.transactions.run(async tx => {
      const before = await find(tx, tenant.id, number)
      mayStep(actor, before, 'advised')
      const after = await this.needs.reports.rewrite(
        tx,
        tenant,
        before,
        actor.userId,
        advice.map(item => ({ ...cut(item), by: actor.name })),
      )
      const old = before.content ?? noContent
      const content: ReportContent = {
        ...(after.content ?? noContent),
        ...(old.explanation ? { explanation: old.explanation } : {}),
        steps: [...old.steps, { state: 'advised', by: actor.userId, at: tx.at }],
      }
      await tx.reports.update(tenant.id, { id: after.id }, { state: 'advised', content })
      tx.audit({
        tenantId: tenant.id,
        actor: actor.userId,
        action: 'report.moved',
        subject: after.number,
        details: { to: 'advised', before: number },
        traceId: actor.traceId,
      })
      return { ...after, state: 'advised', content }
    })
  }

  /** Why a figure is what it is. @throws NOT_ALLOWED, NUMBER_NOT_FOUND */
  async explain(actor: Actor, tenantId: string, number: string, text: string): Promise<Report> {
    authorise(actor, 'review-report', tenantId, number)
    if (text.trim().length < 4)
      throw new AppError('ARGUMENT_MISSING', { what: '原因', example: `审报告 ${number} 说明：学校开学，登录量上升` })
    return this.needs.transactions.run(async tx => {
      const report = await find(tx, tenantId, number)
      const content = { ...(report.content ?? noContent), explanation: { text: text.slice(0, LONGEST), by: actor.userId, at: tx.at } }
      await tx.reports.update(tenantId, { id: report.id }, { content })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'report.explained',
        subject: number,
        details: { text: text.slice(0, LONGEST) },
        traceId: actor.traceId,
      })
      return { ...report, content }
    })
  }

  /** To the customer's group. @throws REPORT_NOT_READY before it is approved, EXPLANATION_NEEDED */
  async send(actor: Actor, tenantId: string, number: string): Promise<Report> {
    authorise(actor, 'review-report', tenantId, number)
    return this.needs.transactions.run(async tx => {
      const report = await find(tx, tenantId, number)
      if (report.state === 'sent') return report
      const isReady = report.state === 'approved' || (report.kind === 'daily' && report.state !== 'draft') || isExplainedDaily(report)
      if (!isReady) throw new AppError('REPORT_NOT_READY', { number, state: reportStateLabel[report.state], action: '发送' })
      return sendIn(tx, report, actor.userId)
    })
  }

  /** What needs no review because nothing is odd about it; otherwise the ops room is told that it waits. True when it left. */
  async sendUnlessOdd(tenantId: string, reportId: string): Promise<boolean> {
    return this.needs.transactions.run(async tx => {
      const report = await tx.reports.get(tenantId, reportId)
      if (!report || report.state === 'sent') return false
      if (isUnexplained(report)) {
        tx.announce({ tenantId, kind: 'report-drafted', refs: { reportId }, key: `report-drafted:${reportId}` })
        return false
      }
      await sendIn(tx, report, 'system')
      return true
    })
  }

  /** Tells the ops room that a draft waits for its review. */
  async offer(tenantId: string, reportId: string): Promise<void> {
    await this.needs.transactions.run(tx => {
      tx.announce({ tenantId, kind: 'report-drafted', refs: { reportId }, key: `report-drafted:${reportId}` })
      return Promise.resolve()
    })
  }

  private async step(actor: Actor, tenantId: string, number: string, to: 'checked' | 'approved'): Promise<Report> {
    authorise(actor, 'review-report', tenantId, number)
    return this.needs.transactions.run(async tx => {
      const report = await find(tx, tenantId, number)
      if (report.state === to) return report
      mayStep(actor, report, to)
      const content: ReportContent = {
        ...(report.content ?? noContent),
        steps: [...(report.content?.steps ?? []), { state: to, by: actor.userId, at: tx.at }],
      }
      const { action } = steps[to]
      if ((await tx.reports.update(tenantId, { id: report.id, state: report.state }, { state: to, content })) === 0)
        throw new AppError('REPORT_NOT_READY', { number, state: '刚被别人改动', action })
      tx.audit({ tenantId, actor: actor.userId, action: 'report.moved', subject: number, details: { to }, traceId: actor.traceId })
      return { ...report, state: to, content }
    })
  }
}

async function find(tables: Pick<Tx, 'reports'>, tenantId: string, number: string): Promise<Report> {
  const report = await tables.reports.first(tenantId, { number })
  if (!report) throw new AppError('NUMBER_NOT_FOUND', { number })
  return report
}

function mayStep(actor: Actor, report: Report, to: keyof typeof steps): void {
  const { who, from, action } = steps[to]
  if (!who.includes(actor.role)) throw new AppError('NOT_ALLOWED', { who: who.map(role => roleLabel[role]).join('或') })
  if (!from.includes(report.state))
    throw new AppError('REPORT_NOT_READY', { number: report.number, state: reportStateLabel[report.state], action })
}

const isUnexplained = ({ content }: Report): boolean => (content?.oddities.length ?? 0) > 0 && !content?.explanation
const isExplainedDaily = (report: Report): boolean => report.kind === 'daily' && !isUnexplained(report)

async function sendIn(tx: Tx, report: Report, by: string): Promise<Report> {
  const { tenantId, id, number } = report
  if (isUnexplained(report)) {
    const what = report.content?.oddities.map(item => item.what).join('、') ?? ''
    throw new AppError('EXPLANATION_NEEDED', { number, what })
  }
  if ((await tx.reports.update(tenantId, { id, state: report.state }, { state: 'sent', sentAt: tx.at })) === 0) return report
  tx.audit({
    tenantId,
    actor: by,
    action: 'report.sent',
    subject: number,
    details: { kind: report.kind, period: report.period, version: report.version },
  })
  if (report.kind === 'daily')
    tx.announce({
      tenantId,
      kind: 'daily-report-ready',
      refs: { reportId: id },
      key: `daily:${tenantId}:${report.period}${report.version > 1 ? `:${report.version}` : ''}`,
    })
  else tx.announce({ tenantId, kind: 'report-sent', refs: { reportId: id }, key: `report:${id}` })
  return { ...report, state: 'sent', sentAt: tx.at }
}

function cut({ action, owner, due, gain }: Omit<Advice, 'by'>): Omit<Advice, 'by'> {
  return { action: action.slice(0, LONGEST), owner: owner.slice(0, 100), due: due.slice(0, 40), gain: gain.slice(0, 200) }
}
