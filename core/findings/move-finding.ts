// The only way a person changes a finding's state: table, role, reason, conditional update, transition row and audit row together.
import { AppError } from '../errors.js'
import type { Tx } from '../ports/transaction.js'
import { roleLabel, type Role } from '../tenants/roles.js'
import { placeOf } from './certificate.js'
import type { Finding, FindingState } from './finding.js'
import { findingRule, findingStateLabel } from './finding-states.js'

export interface FindingMove {
  readonly to: FindingState
  readonly reason: string
  /** Needed by a temporary measure and an accepted risk. */
  readonly until?: string
}

/**
 * @returns the finding in its new state
 * @throws TRANSITION_NOT_ALLOWED, NOT_ALLOWED, EVIDENCE_MISSING; ALREADY_DONE when somebody else moved it in the same moment
 */
export async function moveFinding(
  tx: Tx,
  finding: Finding,
  mover: { userId: string; role: Role | 'system' },
  move: FindingMove,
): Promise<Finding> {
  // An account is for its owner alone, and refusals are read by all.
  const number = finding.kind === 'weak_credential' ? `弱口令 ${placeOf(finding)}` : finding.title.slice(0, 60)
  const rule = findingRule(finding.state, move.to, mover.role)
  if (!rule)
    throw new AppError('TRANSITION_NOT_ALLOWED', {
      number,
      state: findingStateLabel[finding.state],
      action: `转为“${findingStateLabel[move.to]}”`,
    })
  if (!rule.who.includes(mover.role)) {
    const who = rule.who.filter(role => role !== 'system').map(role => roleLabel[role])
    throw new AppError('NOT_ALLOWED', { who: who.join('或') || '系统' })
  }
  if (rule.needsReason && move.reason.trim() === '') throw new AppError('EVIDENCE_MISSING', { number, what: '说明', action: rule.action })
  if (rule.needsEnd === true && (move.until ?? '') <= tx.at)
    throw new AppError('EVIDENCE_MISSING', { number, what: '到期时间', action: rule.action })
  const set = {
    state: move.to,
    updatedAt: tx.at,
    holdsUntil: rule.needsEnd === true ? (move.until ?? null) : null,
    fixedAt: move.to === 'fixed' ? tx.at : finding.fixedAt,
  }
  const changed = await tx.findings.update(finding.tenantId, { id: finding.id, state: finding.state }, set)
  if (changed === 0) throw new AppError('ALREADY_DONE', { number, who: '其他人', at: '刚才', what: '处理' })
  await tx.findingTransitions.insert({
    id: tx.id(),
    tenantId: finding.tenantId,
    findingId: finding.id,
    from: finding.state,
    to: move.to,
    rule: rule.rule,
    by: mover.userId,
    at: tx.at,
    evidence: move.reason,
  })
  tx.audit({
    tenantId: finding.tenantId,
    actor: mover.userId,
    action: 'finding.moved',
    subject: finding.id,
    details: {
      from: finding.state,
      to: move.to,
      rule: rule.rule,
      title: number,
      reason: move.reason.slice(0, 500),
      until: move.until ?? '',
    },
  })
  return { ...finding, ...set }
}
