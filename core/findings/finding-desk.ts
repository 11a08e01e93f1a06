// What people do with findings in the chat: list them, say that they are repaired, ask for another look, for more time, sign a risk. Called by bot/commands.
import { cancelMoment } from '../clocks/moments.js'
import { AppError } from '../errors.js'
import { plusSeconds, type Instant } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { may, type Capability } from '../tenants/roles.js'
import { certificateOf, requestRetest } from './retests.js'
import { placeOf, type ClosureCertificate } from './certificate.js'
import { assetsOf, listed, LOADED, matching, type FindingQuestion, type Listed } from './find-findings.js'
import { startDue, startHold } from './finding-clock.js'
import type { Extension, FindingCase, Retest } from './finding-case.js'
import { findingStateLabel, openFindingStates } from './finding-states.js'
import type { Finding, FindingState, FindingTransition } from './finding.js'
import { moveFinding } from './move-finding.js'
import { openCase } from './open-case.js'

const DAY = 86_400
export const MOST_EXTENDED_DAYS = 180
export const MOST_ACCEPTED_DAYS = 180
const OFFERED = 4

/** Which finding is meant: its number, or the only one of a place and kind. */
export interface WhichFinding {
  readonly number?: string | undefined
  readonly ip?: string | undefined
  readonly kind?: Finding['kind'] | undefined
}

export interface Opened {
  readonly finding: Finding
  readonly row: FindingCase
}

export interface FindingPage {
  readonly rows: readonly Listed[]
  readonly total: number
  readonly overdue: number
  /** More than are looked through: the total is a lower bound. */
  readonly isCut: boolean
}

export interface FindingStory extends Listed {
  readonly steps: readonly FindingTransition[]
  readonly retest: Retest | undefined
  readonly certificate: ClosureCertificate | undefined
}

export class FindingDesk {
  constructor(private readonly transactions: Transactions) {}

  /** Gives numbers to what is shown. @param most rows with numbers */
  async list(tenantId: string, question: FindingQuestion, most: number): Promise<FindingPage> {
    return this.transactions.run(async tx => {
      const found = await matching(tx, tenantId, question, tx.at)
      const rows = await listed(tx, tenantId, found, most, question.owner)
      const overdue = found.filter(({ state, dueAt }) => openFindingStates.includes(state) && dueAt < tx.at).length
      return { rows, total: found.length, overdue, isCut: found.length >= LOADED }
    })
  }

  /** @throws NUMBER_NOT_FOUND */
  async story(tenantId: string, number: string): Promise<FindingStory> {
    return this.transactions.run(async tx => {
      const { finding } = await byNumber(tx, tenantId, number)
      const [item] = await listed(tx, tenantId, [finding], 1)
      if (!item) throw new AppError('NUMBER_NOT_FOUND', { number })
      const steps = await tx.findingTransitions.find(tenantId, { findingId: finding.id }, { order: { at: 'asc', id: 'asc' }, limit: 100 })
      const retest = await tx.retests.first(tenantId, { findingId: finding.id }, { order: { requestedAt: 'desc', id: 'desc' } })
      return { ...item, steps, retest, certificate: await certificateOf(tx, tenantId, finding.id) }
    })
  }

  /** “已修复”: it waits for the same check to be asked again, and is closed by nothing else. @throws as `find` */
  async reportFixed(actor: Actor, tenantId: string, which: WhichFinding, comment = ''): Promise<Opened & { retest: Retest }> {
    return this.change(actor, 'report-fixed', tenantId, which, retestable, async (tx, { finding, row }) => {
      const moved =
        finding.state === 'pending_retest'
          ? finding
          : await moveFinding(tx, finding, mover(actor), { to: 'pending_retest', reason: comment || `${describe(actor)} 报告已修复` })
      return { finding: moved, row, retest: await requestRetest(tx, row, moved, actor.userId) }
    })
  }

  /** “复验”: another look without a word that it is repaired. */
  async retest(actor: Actor, tenantId: string, which: WhichFinding): Promise<Opened & { retest: Retest }> {
    return this.change(actor, 'retest-findings', tenantId, which, openFindingStates, async (tx, { finding, row }) => ({
      finding,
      row,
      retest: await requestRetest(tx, row, finding, actor.userId),
    }))
  }

  /** Who may grant it grants it by asking. @param until end of the extension @throws as `find`; ARGUMENT_INVALID, ARGUMENT_MISSING */
  async extend(
    actor: Actor,
    tenantId: string,
    which: WhichFinding,
    until: Instant,
    reason: string,
  ): Promise<Opened & { extension: Extension }> {
    return this.change(actor, 'extend-findings', tenantId, which, openFindingStates, async (tx, { finding, row }) => {
      if (reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由', example: `延期 ${row.number} 7天 等厂商补丁` })
      if (until <= finding.dueAt || until > plusSeconds(tx.at, MOST_EXTENDED_DAYS * DAY))
        throw new AppError('ARGUMENT_INVALID', {
          value: until.slice(0, 10),
          what: `期限（要晚于现在的期限，最长 ${MOST_EXTENDED_DAYS} 天）`,
          example: `延期 ${row.number} 7天 等厂商补丁`,
        })
      const asked: Extension = { until, reason: reason.slice(0, 500), by: actor.userId, at: tx.at, state: 'asked' }
      if (may(actor.role, 'decide-extension')) return grant(tx, { finding, row }, { ...asked, state: 'granted', decidedBy: actor.userId })
      await tx.findingCases.update(tenantId, { id: row.id }, { extension: asked, updatedAt: tx.at })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'finding.extension-asked',
        subject: row.number,
        details: { until, reason: asked.reason },
        traceId: actor.traceId,
      })
      tx.announce({
        tenantId,
        kind: 'extension-requested',
        refs: { findingId: finding.id, by: describe(actor) },
        key: `extension-requested:${finding.id}:${tx.at}`,
      })
      return { finding, row: { ...row, extension: asked }, extension: asked }
    })
  }

  /** @throws NOT_ALLOWED, TRANSITION_NOT_ALLOWED when nothing was asked for, OWN_PROPOSAL */
  async decideExtension(actor: Actor, tenantId: string, which: WhichFinding, yes: boolean): Promise<Opened & { extension: Extension }> {
    return this.change(actor, 'decide-extension', tenantId, which, openFindingStates, async (tx, { finding, row }) => {
      const asked = row.extension
      if (asked?.state !== 'asked')
        throw new AppError('TRANSITION_NOT_ALLOWED', {
          number: row.number,
          state: '没有待批的延期',
          action: yes ? '同意延期' : '不同意延期',
        })
      if (asked.by === actor.userId) throw new AppError('OWN_PROPOSAL', { number: row.number, who: '另一位授权人' })
      if (yes) return grant(tx, { finding, row }, { ...asked, state: 'granted', decidedBy: actor.userId })
      const refused: Extension = { ...asked, state: 'refused', decidedBy: actor.userId }
      await settleExtension(tx, { finding, row }, refused)
      return { finding, row: { ...row, extension: refused }, extension: refused }
    })
  }

  /** Signed by the customer, with an end and what is done instead. @param days 1 to 180 */
  async acceptRisk(actor: Actor, tenantId: string, which: WhichFinding, days: number, measure: string): Promise<Opened> {
    const example = `接受风险 ${which.number ?? 'FD-…'} 30天 已限制来源`
    if (!(days > 0 && days <= MOST_ACCEPTED_DAYS))
      throw new AppError('ARGUMENT_INVALID', { value: `${days} 天`, what: `期限（最长 ${MOST_ACCEPTED_DAYS} 天）`, example })
    if (measure.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由与补偿措施', example })
    return this.change(actor, 'accept-risk', tenantId, which, [...openFindingStates, 'mitigated'], async (tx, { finding, row }) => {
      const until = plusSeconds(tx.at, Math.round(days * DAY))
      const reason = `${describe(actor)} 接受风险：${measure}`.slice(0, 1000)
      const moved = await moveFinding(tx, finding, mover(actor), { to: 'accepted_risk', reason, until })
      await startHold(tx, row, moved, until)
      await tx.retests.update(tenantId, { findingId: finding.id, state: 'waiting' }, { state: 'cancelled', finishedAt: tx.at })
      return { finding: moved, row }
    })
  }

  private change<T>(
    actor: Actor,
    capability: Capability,
    tenantId: string,
    which: WhichFinding,
    states: readonly FindingState[],
    act: (tx: Tx, opened: Opened) => Promise<T>,
  ): Promise<T> {
    authorise(actor, capability, tenantId, which.number)
    return this.transactions.run(async tx => act(tx, await find(tx, actor, tenantId, which, states)))
  }
}

const retestable: readonly FindingState[] = openFindingStates

const mover = (actor: Actor) => ({ userId: actor.userId, role: actor.role })

async function byNumber(tx: Tx, tenantId: string, number: string): Promise<Opened> {
  const row = await tx.findingCases.first(tenantId, { number })
  const finding = row && (await tx.findings.get(tenantId, row.id))
  if (!row || !finding) throw new AppError('NUMBER_NOT_FOUND', { number })
  return { finding, row }
}

/** @throws NUMBER_NOT_FOUND, CHOICE_NEEDED, TRANSITION_NOT_ALLOWED when it is in none of these states */
export async function find(
  tx: Tx,
  actor: Actor,
  tenantId: string,
  { number, ip, kind }: WhichFinding,
  states: readonly FindingState[],
): Promise<Opened> {
  if (number !== undefined) {
    const opened = await byNumber(tx, tenantId, number)
    if (!states.includes(opened.finding.state))
      throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: findingStateLabel[opened.finding.state], action: '这样处理' })
    return opened
  }
  const where = { state: { oneOf: states }, ...(ip === undefined ? {} : { host: ip }), ...(kind === undefined ? {} : { kind }) }
  const all = await tx.findings.find(tenantId, where, { order: { dueAt: 'asc' }, limit: 200 })
  // Without a place only what is the person's own can be meant.
  const assets = ip === undefined ? await assetsOf(tx, tenantId, all) : new Map<string, { owner: string | null }>()
  const own = ip === undefined ? all.filter(({ host }) => assets.get(host)?.owner === actor.userId) : all
  const found = own.length > 0 ? own : ip === undefined && kind !== undefined ? all : own
  const [only, another] = found
  if (!only) throw new AppError('ARGUMENT_MISSING', { what: '漏洞编号（回复“漏洞”可以看到编号）', example: '已修复 FD-uni-261124-001' })
  if (another) {
    const cases = await Promise.all(found.slice(0, OFFERED).map(finding => tx.findingCases.get(tenantId, finding.id)))
    const named = found.slice(0, OFFERED).map((finding, index) => cases[index]?.number ?? placeOf(finding))
    throw new AppError('CHOICE_NEEDED', { n: found.length, choices: named.join('、') })
  }
  return { finding: only, row: await openCase(tx, only) }
}

async function grant(tx: Tx, { finding, row }: Opened, extension: Extension): Promise<Opened & { extension: Extension }> {
  const later = { ...finding, dueAt: extension.until }
  await tx.findings.update(finding.tenantId, { id: finding.id }, { dueAt: extension.until, updatedAt: tx.at })
  await cancelMoment(tx, finding.tenantId, finding.id, 'finding_due')
  await startDue(tx, row, later)
  await settleExtension(tx, { finding, row }, extension)
  return { finding: later, row: { ...row, extension }, extension }
}

async function settleExtension(tx: Tx, { finding, row }: Opened, extension: Extension): Promise<void> {
  const { tenantId } = finding
  await tx.findingCases.update(tenantId, { id: row.id }, { extension, updatedAt: tx.at })
  tx.audit({
    tenantId,
    actor: extension.decidedBy ?? extension.by,
    action: `finding.extension-${extension.state}`,
    subject: row.number,
    details: { until: extension.until, reason: extension.reason, asked: extension.by },
  })
  if (extension.by !== extension.decidedBy)
    tx.announce({ tenantId, kind: 'extension-decided', refs: { findingId: finding.id }, key: `extension-decided:${finding.id}:${tx.at}` })
}
