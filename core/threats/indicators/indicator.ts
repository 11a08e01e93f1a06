// An indicator of compromise as content/indicators holds it; read by adapters/content, looked up through indicator-set.ts.
import type { Instant } from '../../ports/clock.js'

export const indicatorTypes = ['ipv4', 'ipv6', 'ipv4:port', 'cidr', 'domain', 'url', 'md5', 'sha256'] as const
export type IndicatorType = (typeof indicatorTypes)[number]

/** What the address, name or file is known for. */
export const indicatorKinds = [
  'c2',
  'malware',
  'mining',
  'ransomware',
  'botnet',
  'phishing',
  'scanner',
  'bruteforce',
  'exploit',
  'anonymizer',
] as const
export type IndicatorKind = (typeof indicatorKinds)[number]

export interface Indicator {
  readonly type: IndicatorType
  readonly value: string
  readonly kind: IndicatorKind
  /** 0–1. */
  readonly confidence: number
  /** Who says so; shown with the hit. */
  readonly source: string
  readonly firstSeen?: Instant
  /** From this moment on it no longer applies. */
  readonly expires?: Instant
  readonly note?: string
}
