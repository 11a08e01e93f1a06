// The only ways a case begins and changes state: table, role, evidence, guard, conditional update, transition row and audit row together.
import { AppError } from '../errors.js'
import type { Tx } from '../ports/transaction.js'
import { roleLabel } from '../tenants/roles.js'
import type { Tenant } from '../tenants/tenant.js'
import { localTime } from '../tenants/local-time.js'
import type { Mover } from '../tickets/move-ticket.js'
import { checkGuard } from './case-guards.js'
import type { Case, CaseEvidence, CaseEvidenceKind, CaseKind } from './case.js'
import { caseRule, caseStateLabel, caseTables, isOver } from './case-tables.js'

export interface NewCase {
  readonly kind: CaseKind
  readonly title: string
  readonly severity: Case['severity']
  readonly details: unknown
  readonly owner?: string | null
  readonly until?: string | null
  readonly origin?: string | null
  /** Default: its own number, so that nothing is the same. */
  readonly identity?: string
  /** Where it begins when that is not the table's first state: what is published of a draft. */
  readonly state?: string
}

export interface CaseMove {
  readonly to: string
  readonly evidence: readonly CaseEvidence[]
  readonly set?: Partial<Pick<Case, 'owner' | 'until' | 'details' | 'severity'>>
  /** What the step is about to touch (`letter-in-force`). */
  readonly targets?: readonly string[]
  /** The group hears nothing of it. */
  readonly silent?: boolean
}

export async function openNewCase(tx: Tx, tenant: Tenant, mover: Mover, given: NewCase): Promise<Case> {
  const { kind } = given
  const number = await tx.number(caseTables[kind].prefix, tenant)
  const row: Case = {
    id: tx.id(),
    tenantId: tenant.id,
    number,
    kind,
    state: given.state ?? caseTables[kind].first,
    title: given.title.slice(0, 300),
    severity: given.severity,
    owner: given.owner ?? null,
    until: given.until ?? null,
    origin: given.origin ?? null,
    identity: (given.identity ?? number).slice(0, 200),
    details: given.details,
    openedBy: mover.userId,
    createdAt: tx.at,
    updatedAt: tx.at,
    closedAt: null,
  }
  await tx.cases.insert(row)
  await writeTransition(tx, row, mover, { from: null, to: row.state, rule: 0, evidence: [] })
  tx.audit({
    tenantId: tenant.id,
    actor: mover.userId,
    action: 'case.opened',
    subject: number,
    details: { kind, title: row.title, channel: mover.channel },
  })
  return row
}

/**
 * @returns the case in its new state
 * @throws TRANSITION_NOT_ALLOWED, NOT_ALLOWED, EVIDENCE_MISSING, what the guard refuses with; ALREADY_DONE when somebody else was faster
 */
export async function moveCase(tx: Tx, row: Case, mover: Mover, move: CaseMove): Promise<Case> {
  const { kind, number } = row
  const rule = caseRule(kind, row.state, move.to, mover.role)
  const label = caseTables[kind].labels[move.to] ?? move.to
  if (!rule)
    throw new AppError('TRANSITION_NOT_ALLOWED', {
      number,
      state: caseStateLabel(row),
      action: row.state === move.to ? '再做一次' : `转为“${label}”`,
    })
  if (!rule.who.includes(mover.role)) {
    const who = rule.who.filter(role => role !== 'system').map(role => roleLabel[role])
    throw new AppError('NOT_ALLOWED', { who: who.join('或') || '系统' })
  }
  const missing = rule.needs.filter(need => !move.evidence.some(item => item.kind === need && item.text.trim() !== ''))
  if (missing.length > 0)
    throw new AppError('EVIDENCE_MISSING', { number, what: missing.map(need => evidenceLabel[need]).join('、'), action: rule.action })
  const closedAt = isOver({ kind, state: move.to }) ? tx.at : null
  const set = { state: move.to, updatedAt: tx.at, closedAt, ...move.set }
  const after: Case = { ...row, ...set }
  if (rule.guard) {
    const tenant = await tx.tenants.get(row.tenantId, row.tenantId)
    const time = localTime(tx.at, tenant?.timeZone ?? 'Asia/Shanghai')
    checkGuard(rule.guard, { before: row, after, mover, at: tx.at, localTime: time, targets: move.targets ?? [] })
  }
  if ((await tx.cases.update(row.tenantId, { id: row.id, state: row.state, updatedAt: row.updatedAt }, set)) === 0)
    throw new AppError('ALREADY_DONE', { number, who: '其他人', at: '刚才', what: '处理' })
  await writeTransition(tx, row, mover, { from: row.state, to: move.to, rule: rule.rule, evidence: move.evidence })
  tx.audit({
    tenantId: row.tenantId,
    actor: mover.userId,
    action: 'case.moved',
    subject: number,
    details: {
      kind,
      from: row.state,
      to: move.to,
      rule: rule.rule,
      channel: mover.channel,
      evidence: move.evidence.map(item => ({
        kind: item.kind,
        text: item.text.slice(0, 500),
        ...(item.reference ? { reference: item.reference } : {}),
      })),
    },
  })
  if (!move.silent)
    tx.announce({
      tenantId: row.tenantId,
      kind: 'case-changed',
      refs: { caseId: row.id, from: row.state, to: move.to, by: mover.userId, why: (move.evidence[0]?.text ?? '').slice(0, 300) },
      key: `case:${row.id}:${row.state}:${move.to}:${tx.at}`,
    })
  return after
}

interface Step {
  readonly from: string | null
  readonly to: string
  readonly rule: number
  readonly evidence: readonly CaseEvidence[]
}

async function writeTransition(tx: Tx, row: Case, mover: Mover, step: Step): Promise<void> {
  await tx.caseTransitions.insert({
    id: tx.id(),
    tenantId: row.tenantId,
    caseId: row.id,
    ...step,
    by: mover.userId,
    at: tx.at,
    channel: mover.channel,
  })
}

/** @throws NUMBER_NOT_FOUND, also for a number of another kind */
export async function findCase(tx: Pick<Tx, 'cases'>, tenantId: string, kind: CaseKind, number: string): Promise<Case> {
  const row = await tx.cases.first(tenantId, { number, kind })
  if (!row) throw new AppError('NUMBER_NOT_FOUND', { number })
  return row
}

export const evidenceLabel: Readonly<Record<CaseEvidenceKind, string>> = {
  reason: '说明',
  owner: '责任人',
  method: '做法',
  plan: '方案',
  approval: '同意的原话',
  verification: '核验结果',
  scope: '范围与人天',
  letter: '授权书',
  schedule: '时间',
  presence: '签到',
  deliverable: '交付物',
}
