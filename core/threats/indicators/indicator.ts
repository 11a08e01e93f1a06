// An indicator of compromise: what is known about an address, name, URL or file, and who asks for it. Declared in content/indicators, brought
// by feeds, looked up through an IndicatorLookup.
import type { Instant } from '../../ports/clock.js'

/** The order is part of the index's form (index-format.ts): new types are added at the end. */
export const indicatorTypes = ['ipv4', 'ipv6', 'ipv4:port', 'cidr', 'domain', 'url', 'md5', 'sha256', 'sha1', 'ipv6:port'] as const
export type IndicatorType = (typeof indicatorTypes)[number]
export type HashType = 'md5' | 'sha1' | 'sha256'

/** What the address, name or file is known for. The order is part of the index's form: new kinds are added at the end. */
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

/** Traffic Light Protocol 2.0, most open first; the order is part of the index's form. */
export const tlpLevels = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const
export type Tlp = (typeof tlpLevels)[number]

export interface Indicator {
  readonly type: IndicatorType
  readonly value: string
  readonly kind: IndicatorKind
  /** 0–1. */
  readonly confidence: number
  /** Who says so; shown with the hit. */
  readonly source: string
  readonly firstSeen?: Instant
  readonly lastSeen?: Instant
  /** From this moment on it no longer applies. */
  readonly expires?: Instant
  /** When it came into the list; of a list that is read again the first time counts. */
  readonly addedAt?: Instant
  /** How far the source may be named; `clear` when absent. */
  readonly tlp?: Tlp
  /** Malware family or campaign. */
  readonly family?: string
  readonly note?: string
}

/** Where indicators are looked up; values are given as events hold them. */
export interface IndicatorLookup {
  readonly size: number
  /** Indicators for an address, for the networks it lies in, and for the address with that port. */
  address(ip: string, port?: number): Indicator[]
  /** Indicators for a name and for the names it lies below, at dots only. */
  domain(name: string): Indicator[]
  /** The URL only; its host is asked for with `address` or `domain`. */
  url(url: string): Indicator[]
  hash(type: HashType, value: string): Indicator[]
}

/** The source as people may read it: what is marked amber+strict or red keeps its name to itself. */
export function sourceWords({ source, tlp }: Pick<Indicator, 'source' | 'tlp'>): string {
  return tlp === 'red' || tlp === 'amber+strict' ? '内部情报' : source
}
