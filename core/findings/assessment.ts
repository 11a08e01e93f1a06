// An expert's word that a finding matters less than it looks, kept with what it rests on: each hour it is looked at again, and when that is no
// longer true the finding is back. Called by `评估` and by the job recheck-assessments.
import { AppError } from '../errors.js'
import { plusSeconds } from '../ports/clock.js'
import type { Tables, Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import { severityLabel, type Severity } from '../threats/terms.js'
import { dueAt, isPublicAddress } from './due-date.js'
import type { Assessment, AssessmentCondition } from './finding-case.js'
import { returnFinding, startDue } from './finding-clock.js'
import { find, type Opened, type WhichFinding } from './finding-desk.js'
import { assetsOf } from './find-findings.js'
import { openFindingStates } from './finding-states.js'
import type { Finding } from './finding.js'
import { moveFinding } from './move-finding.js'

export interface AssessmentWish {
  readonly verdict: Assessment['verdict']
  readonly severity: Severity
  readonly reason: string
  /** Which kinds of conditions it rests on; empty: those that can be checked of this finding. */
  readonly rests: readonly AssessmentCondition['kind'][]
  /** For `value-at-most`. */
  readonly value?: number | undefined
  /** For `until`, seconds from now. */
  readonly seconds?: number | undefined
}

/** @throws NOT_ALLOWED, NUMBER_NOT_FOUND, ARGUMENT_MISSING, ARGUMENT_INVALID when a condition does not hold even now */
export async function assess(
  transactions: Transactions,
  actor: Actor,
  tenantId: string,
  which: WhichFinding,
  wish: AssessmentWish,
): Promise<Opened & { assessment: Assessment }> {
  authorise(actor, 'assess-findings', tenantId, which.number)
  const example = `评估 ${which.number ?? 'FD-uni-261124-001'} 低危 仅内网可达且已限制来源`
  if (wish.reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由', example })
  return transactions.run(async tx => {
    const { finding, row } = await find(tx, actor, tenantId, which, openFindingStates)
    const conditions = await conditionsOf(tx, finding, wish)
    for (const condition of conditions)
      if (!(await holds(tx, finding, condition, tx.at)))
        throw new AppError('ARGUMENT_INVALID', { value: conditionLabel(condition), what: '条件（现在就不成立）', example })
    const assessment: Assessment = {
      verdict: wish.verdict,
      severity: wish.severity,
      before: finding.severity,
      reason: wish.reason.slice(0, 500),
      conditions,
      by: actor.userId,
      at: tx.at,
    }
    const reason = `${assessment.reason}（前提：${conditions.map(conditionLabel).join('；')}）`
    const to = wish.verdict === 'false_positive' ? 'false_positive' : 'assessed'
    const isMoved = to === 'false_positive' || finding.state === 'discovered' || finding.state === 'validated'
    const moved = isMoved ? await moveFinding(tx, finding, { userId: actor.userId, role: actor.role }, { to, reason }) : finding
    const later =
      to === 'assessed'
        ? dueAt(finding.firstSeenAt, { kind: finding.kind, severity: wish.severity, urgent: isPublicAddress(finding.host) })
        : finding.dueAt
    await tx.findings.update(tenantId, { id: finding.id }, { dueAt: later })
    await tx.findingCases.update(tenantId, { id: row.id }, { assessment, assessedAt: tx.at, updatedAt: tx.at })
    if (to === 'assessed' && row.dispatchedAt !== null) await startDue(tx, row, { ...moved, dueAt: later })
    tx.audit({
      tenantId,
      actor: actor.userId,
      action: 'finding.assessed',
      subject: row.number,
      details: { verdict: wish.verdict, from: finding.severity, to: wish.severity, reason },
      traceId: actor.traceId,
    })
    return { finding: { ...moved, dueAt: later }, row: { ...row, assessment }, assessment }
  })
}

/** @returns how many are back */
export async function recheckAssessments(transactions: Transactions, tenantId: string): Promise<number> {
  const rows = await transactions.read(t =>
    t.findingCases.find(tenantId, { assessedAt: { not: null } }, { order: { assessedAt: 'asc' }, limit: 10_000 }),
  )
  let back = 0
  for (const { id } of rows)
    back += await transactions.run(async tx => {
      const row = await tx.findingCases.get(tenantId, id)
      const finding = row?.assessment && (await tx.findings.get(tenantId, id))
      if (!row?.assessment || !finding || finding.state === 'fixed') return 0
      for (const condition of row.assessment.conditions) {
        if (await holds(tx, finding, condition, tx.at)) continue
        const due = dueAt(tx.at, { kind: finding.kind, severity: finding.severity, urgent: isPublicAddress(finding.host) })
        await tx.findings.update(tenantId, { id }, { dueAt: due })
        await returnFinding(tx, { ...finding, dueAt: due }, `专家评估的前提不再成立：${conditionLabel(condition)}`)
        return 1
      }
      return 0
    })
  return back
}

export function conditionLabel(condition: AssessmentCondition): string {
  switch (condition.kind) {
    case 'not-public':
      return '不暴露在互联网'
    case 'same-service':
      return '端口上的服务与版本不变'
    case 'port-closed':
      return '端口保持关闭'
    case 'value-at-most':
      return `资产价值不超过 ${condition.value}`
    case 'until':
      return `${condition.at.slice(0, 10)} 之前`
  }
}

async function conditionsOf(tx: Tx, finding: Finding, { rests, value, seconds }: AssessmentWish): Promise<AssessmentCondition[]> {
  const service = await serviceAt(tx, finding)
  const known: Readonly<Record<AssessmentCondition['kind'], AssessmentCondition | undefined>> = {
    'not-public': { kind: 'not-public' },
    'same-service': service && { kind: 'same-service', fingerprint: printOf(service) },
    'port-closed': { kind: 'port-closed' },
    'value-at-most': value === undefined ? undefined : { kind: 'value-at-most', value },
    until: seconds === undefined ? undefined : { kind: 'until', at: plusSeconds(tx.at, seconds) },
  }
  const chosen = rests.length > 0 ? rests : (['not-public', 'same-service', 'until'] as const)
  const conditions = chosen.flatMap(kind => known[kind] ?? [])
  const usable =
    rests.length > 0
      ? conditions
      : (await Promise.all(conditions.map(item => holds(tx, finding, item, tx.at)))).flatMap((ok, n) => (ok ? (conditions[n] ?? []) : []))
  if (usable.length > 0) return usable
  // Nothing that could be looked at again: then it is believed for a quarter of a year.
  return [{ kind: 'until', at: plusSeconds(tx.at, 90 * 86_400) }]
}

async function holds(t: Tables, finding: Finding, condition: AssessmentCondition, now: string): Promise<boolean> {
  switch (condition.kind) {
    case 'not-public':
      return !isPublicAddress(finding.host)
    case 'same-service': {
      const service = await serviceAt(t, finding)
      return service === undefined || printOf(service) === condition.fingerprint
    }
    case 'port-closed':
      return (await serviceAt(t, finding)) === undefined
    case 'value-at-most':
      return ((await assetsOf(t, finding.tenantId, [finding])).get(finding.host)?.value ?? 3) <= condition.value
    case 'until':
      return now < condition.at
  }
}

async function serviceAt(t: Tables, { tenantId, host, port, protocol }: Finding) {
  return t.assetServices.first(tenantId, { address: host, port, protocol: protocol === '' ? 'tcp' : protocol, closedAt: null })
}

const printOf = ({
  name,
  product,
  version,
  fingerprint,
}: {
  name: string
  product: string
  version: string
  fingerprint: string
}): string => [name, product, version, fingerprint].join('|').slice(0, 700)

export const severityChange = ({ before, severity, verdict }: Assessment): string =>
  verdict === 'false_positive' ? `${severityLabel[before]} → 误报` : `${severityLabel[before]} → ${severityLabel[severity]}`
