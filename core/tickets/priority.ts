// Priority of a ticket (domain.md 4.2): severity, value of the asset (1–5, unknown = 3), verdict.
import type { Severity, VerdictCode } from '../threats/terms.js'
import type { Priority } from './ticket.js'

const base: Readonly<Record<Severity, 1 | 2 | 3 | 4>> = { critical: 4, high: 3, medium: 2, low: 1, info: 1 }

export function priorityOf(severity: Severity, assetValue = 3, verdict?: VerdictCode): Priority {
  let points: number = base[severity]
  if (assetValue >= 4 && points >= 2) points += 1
  if (verdict === 'compromised') points += 1
  if (verdict === 'attempted') points -= 1
  return (['P4', 'P3', 'P2', 'P1'] as const)[Math.min(4, Math.max(1, points)) - 1]!
}
