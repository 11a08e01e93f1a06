// The tables of all kinds of cases, by kind.
import { advisoryTable } from './advisory-states.js'
import type { Case, CaseKind } from './case.js'
import type { CaseRule, CaseTable } from './case-table.js'
import { changeTable } from './change-states.js'
import { exposureTable } from './exposure-states.js'
import { serviceOrderTable } from './service-order-states.js'
import type { Role } from '../tenants/roles.js'

export const caseTables: Readonly<Record<CaseKind, CaseTable>> = {
  exposure: exposureTable,
  configuration_change: changeTable,
  advisory: advisoryTable,
  service_order: serviceOrderTable,
}

export function caseStateLabel({ kind, state }: Pick<Case, 'kind' | 'state'>): string {
  return caseTables[kind].labels[state] ?? state
}

export function isOver({ kind, state }: Pick<Case, 'kind' | 'state'>): boolean {
  return caseTables[kind].final.includes(state)
}

export function openCaseStates(kind: CaseKind): string[] {
  return Object.keys(caseTables[kind].labels).filter(state => !isOver({ kind, state }))
}

/** The rule for this role; else any rule of this move, which then says who may. */
export function caseRule(kind: CaseKind, from: string, to: string, role: Role | 'system'): CaseRule | undefined {
  const rules = caseTables[kind].rules.filter(rule => rule.from.includes(from) && rule.to === to)
  return rules.find(rule => rule.who.includes(role)) ?? rules[0]
}
