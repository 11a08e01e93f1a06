// Until when a finding has to be repaired: domain.md 6.2; called when a finding is stored.
import ipaddr from 'ipaddr.js'
import { plusSeconds, type Instant } from '../ports/clock.js'
import type { FindingKind } from '../ports/scan-import.js'
import type { Severity } from '../threats/terms.js'

const HOUR = 3600
const DAY = 24 * HOUR

/** Seconds: reachable from the internet or exploited in the wild, and otherwise. */
const limits: Readonly<Record<Severity, readonly [number, number]>> = {
  critical: [DAY, 3 * DAY],
  high: [3 * DAY, 7 * DAY],
  medium: [14 * DAY, 30 * DAY],
  low: [30 * DAY, 90 * DAY],
  // Not in the table: notes have a year, so that nothing is without an end.
  info: [365 * DAY, 365 * DAY],
}

export interface DueFacts {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly urgent: boolean
  /** Asset value 1 to 5; 4 and more is core. */
  readonly assetValue?: number
}

export function dueAt(from: Instant, { kind, severity, urgent, assetValue = 3 }: DueFacts): Instant {
  if (kind === 'weak_credential') return plusSeconds(from, urgent ? 4 * HOUR : assetValue >= 4 ? DAY : 3 * DAY)
  if (kind === 'exposure') return plusSeconds(from, DAY)
  return plusSeconds(from, limits[severity][urgent ? 0 : 1])
}

/** Whether an address is of the public internet; names are not resolved here and count as inside. */
export function isPublicAddress(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'unicast'
}
