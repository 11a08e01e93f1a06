// What is checked right before a case moves, beside role and evidence; named by the tables, run by move-case.ts whatever door was used.
import { AppError } from '../errors.js'
import type { Role } from '../tenants/roles.js'
import type { Case } from './case.js'
import { letterProblem, ServiceLetter, ServiceOrderDetails } from './service-order.js'

export type CaseGuard =
  'second-person' | 'junior-needs-second' | 'temporary-opening' | 'opening-over' | 'letter-complete' | 'letter-in-force'

export interface Guarded {
  /** As it will be after the move. */
  readonly after: Case
  readonly before: Case
  readonly mover: { readonly userId: string; readonly role: Role | 'system' }
  readonly at: string
  /** `HH:mm` in the tenant's zone. */
  readonly localTime: string
  /** What the work is about to touch, where that is known. */
  readonly targets: readonly string[]
}

/** For docs/states.md. */
export const guardLabel: Readonly<Record<CaseGuard, string>> = {
  'second-person': '不能是提出的人自己',
  'junior-needs-second': '运维与分析师须两人：一人提出、另一人确认',
  'temporary-opening': '不能是提出的人自己；到期时间在 7 天以内',
  'opening-over': '临时开放已到期',
  'letter-complete': '授权书有目标、期限与签署人',
  'letter-in-force': '当前时间在授权窗内，目标在授权范围内',
}

export const LONGEST_OPENING_DAYS = 7

/** @throws OWN_PROPOSAL, SECOND_PERSON_NEEDED, ARGUMENT_INVALID, EVIDENCE_MISSING, LETTER_REFUSED, TRANSITION_NOT_ALLOWED */
export function checkGuard(guard: CaseGuard, guarded: Guarded): void {
  const { before, after, mover, at } = guarded
  const { number } = before
  switch (guard) {
    case 'second-person':
      if (mover.userId === proposerOf(before)) throw new AppError('OWN_PROPOSAL', { number, who: '另一位有权的人' })
      return
    case 'junior-needs-second': {
      if (mover.role !== 'operator' && mover.role !== 'analyst') return
      const proposer = proposalOf(before)
      if (proposer === undefined || proposer === mover.userId)
        throw new AppError('SECOND_PERSON_NEEDED', { number, who: '客户授权人、高级专家或另一位同事' })
      return
    }
    case 'temporary-opening': {
      checkGuard('second-person', guarded)
      const days = after.until === null ? Number.NaN : (Date.parse(after.until) - Date.parse(at)) / 86_400_000
      if (Number.isNaN(days)) throw new AppError('EVIDENCE_MISSING', { number, what: '到期时间', action: '同意临时开放' })
      if (days <= 0 || days > LONGEST_OPENING_DAYS)
        throw new AppError('ARGUMENT_INVALID', {
          value: after.until?.slice(0, 16),
          what: `到期时间（${LONGEST_OPENING_DAYS} 天以内）`,
          example: '临时开放 8080 3天 供应商调试',
        })
      return
    }
    case 'opening-over':
      if (before.until !== null && before.until > at)
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: '还没有到期的临时开放', action: '按到期转违规' })
      return
    case 'letter-complete': {
      const letter = ServiceLetter.safeParse(ServiceOrderDetails.safeParse(after.details).data?.letter)
      if (!letter.success || letter.data.signedBy !== mover.userId || letter.data.to <= at)
        throw new AppError('LETTER_REFUSED', { number, problem: '授权书缺目标、期限或签署人' })
      return
    }
    case 'letter-in-force': {
      const details = ServiceOrderDetails.safeParse(after.details).data
      const wanted = guarded.targets.length > 0 ? guarded.targets : [undefined]
      for (const target of wanted) {
        const problem = letterProblem(details?.letter ?? null, at, guarded.localTime, target)
        if (problem !== undefined) throw new AppError('LETTER_REFUSED', { number, problem })
      }
    }
  }
}

/** Who asked for it: the one who opened it, or who proposed the present step. */
function proposerOf(row: Case): string {
  return proposalOf(row) ?? row.openedBy
}

function proposalOf(row: Case): string | undefined {
  const proposed = (row.details as { proposedBy?: unknown } | null)?.proposedBy
  return typeof proposed === 'string' ? proposed : undefined
}
