// Whether there is leave to act: the customer's word, both words where the impact is high, or a clause of the contract. Asked when something is
// proposed and once more right before the act. Pure.
import ipaddr from 'ipaddr.js'
import { AppError } from '../errors.js'
import type { Instant } from '../ports/clock.js'
import { localTime } from '../tenants/local-time.js'
import type { LeaveClause, Tenant } from '../tenants/tenant.js'
import type { Disposal, DisposalAction, Signature } from './disposal.js'
import { contains } from './guard.js'

const CLAUSE = 'clause:'

/** What stands in place of a person where a clause gave leave. */
export const clauseWord = (clause: Pick<LeaveClause, 'id'>): string => `${CLAUSE}${clause.id}`

/** `预授权 PA-1`; undefined for a person. */
export function clauseLabel(decidedBy: string): string | undefined {
  return decidedBy.startsWith(CLAUSE) ? `预授权 ${decidedBy.slice(CLAUSE.length)}` : undefined
}

export interface ClauseQuestion {
  readonly action: DisposalAction
  readonly seconds: number
  /** Address of the asset that is attacked, where it is known. */
  readonly victimIp: string | undefined
  readonly at: Instant
}

/** The clause that covers the act; undefined outside the mode, the hours, the networks or the longest time. */
export function clauseFor(tenant: Tenant, { action, seconds, victimIp, at }: ClauseQuestion): LeaveClause | undefined {
  if (tenant.authorizationMode !== 'preauthorized') return undefined
  const victim = victimIp !== undefined && ipaddr.isValid(victimIp) ? ipaddr.process(victimIp) : undefined
  return (tenant.settings.clauses ?? []).find(
    clause =>
      clause.actions.includes(action) &&
      seconds <= clause.maxSeconds &&
      isWithin(clause.hours, localTime(at, tenant.timeZone)) &&
      (clause.networks.length === 0 || (victim !== undefined && clause.networks.some(network => contains(network, victim)))),
  )
}

/** @param hours `HH:mm-HH:mm`, may pass midnight */
function isWithin(hours: string | null, clock: string): boolean {
  if (hours === null) return true
  const [from = '', to = ''] = hours.split('-')
  return from < to ? clock >= from && clock < to : clock >= from || clock < to
}

/**
 * Right before the act, whatever door the request came in by (design.md 6.3).
 * @throws NOT_ALLOWED, COSIGN_NEEDED
 */
export function checkLeave(tenant: Tenant, disposal: Disposal): void {
  const { decidedBy, proposedBy, signatures, number } = disposal
  if (decidedBy === null || decidedBy === proposedBy) throw new AppError('NOT_ALLOWED', { who: '客户授权人' })
  const missing = signatures ? missingSide(signatures) : undefined
  if (missing) throw new AppError('COSIGN_NEEDED', { number, who: missing })
  if (clauseLabel(decidedBy) === undefined) return
  // Taken out of the contract between the order and the act.
  const stands = tenant.authorizationMode === 'preauthorized' && tenant.settings.clauses?.some(clause => clauseWord(clause) === decidedBy)
  if (!stands) throw new AppError('NOT_ALLOWED', { who: '客户授权人（预授权条款已取消）' })
}

/** Who has not signed yet, in words. */
export function missingSide(signatures: readonly Signature[]): string | undefined {
  const sides = new Set(signatures.map(item => item.side))
  const missing = [...(sides.has('customer') ? [] : ['客户授权人']), ...(sides.has('service') ? [] : ['高级专家'])]
  return missing.length === 0 ? undefined : missing.join('和')
}
