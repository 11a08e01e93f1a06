// The shape of a kind's table of states: what may follow what, who may, on which evidence. Read by move-case.ts and by docs/states.md.
import type { Role } from '../tenants/roles.js'
import type { CaseEvidenceKind } from './case.js'
import type { CaseGuard } from './case-guards.js'

export interface CaseRule<S extends string = string> {
  readonly rule: number
  readonly from: readonly S[]
  readonly to: S
  /** What a person is doing, for refusals. */
  readonly action: string
  readonly who: readonly (Role | 'system')[]
  readonly needs: readonly CaseEvidenceKind[]
  /** Checked right before the move, whatever door it came in by. */
  readonly guard?: CaseGuard
}

export interface CaseTable<S extends string = string> {
  /** Chinese, for people. */
  readonly title: string
  readonly prefix: 'TK' | 'AD' | 'SO'
  readonly labels: Readonly<Record<S, string>>
  readonly first: S
  /** Nothing is left to do in these. */
  readonly final: readonly S[]
  readonly rules: readonly CaseRule<S>[]
}

export const analysts: readonly Role[] = ['analyst', 'senior_expert']
export const hands: readonly Role[] = ['owner', 'approver', 'operator']
