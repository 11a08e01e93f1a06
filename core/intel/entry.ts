// One entry of a feed as its format gives it, before it becomes an indicator; made by the readers beside this file, finished by feed-service.ts.
import {
  indicatorKinds,
  tlpLevels,
  type Indicator,
  type IndicatorKind,
  type IndicatorType,
  type Tlp,
} from '../threats/indicators/indicator.js'
import { typeOf } from '../threats/indicators/canonical-value.js'
import { refang } from '../threats/indicators/refang.js'

export interface FeedEntry {
  readonly value: string
  /** Told from the value's looks when absent. */
  readonly type?: IndicatorType | undefined
  /** Words of the feed: `botnet_cc`, `phishing`. */
  readonly kind?: string | undefined
  /** 0–1 or 0–100. */
  readonly confidence?: number | undefined
  readonly firstSeen?: string | number | undefined
  readonly lastSeen?: string | number | undefined
  readonly expires?: string | number | undefined
  readonly tlp?: string | undefined
  readonly family?: string | undefined
  readonly note?: string | undefined
}

/** An entry, or why there is none (Chinese), with its line or place. */
export type ReadEntry = { readonly entry: FeedEntry } | { readonly problem: string }

export interface EntryDefaults {
  readonly kind: IndicatorKind
  readonly confidence: number
  readonly source: string
  readonly tlp?: Tlp | undefined
}

const kindWords: readonly (readonly [RegExp, IndicatorKind])[] = [
  [/mining|miner|coin|crypto-?jack|矿/, 'mining'],
  [/ransom|勒索/, 'ransomware'],
  [/phish|钓鱼/, 'phishing'],
  [/c2|c&c|cnc|botnet_?cc|command.?and.?control|\brat\b|远控/, 'c2'],
  [/botnet|zombie|worm|僵尸/, 'botnet'],
  [/brute|bruteforc|login.?attack|爆破|猜解/, 'bruteforce'],
  [/exploit|漏洞利用/, 'exploit'],
  [/anonymi|proxy|\btor\b|\bvpn\b|代理/, 'anonymizer'],
  [/scan|recon|扫描/, 'scanner'],
  [/malware|malicious|payload|trojan|stealer|loader|virus|木马|恶意/, 'malware'],
]

export function kindOf(words: string | undefined): IndicatorKind | undefined {
  const text = words?.toLowerCase().slice(0, 500)
  if (text === undefined || text === '') return undefined
  return indicatorKinds.find(kind => kind === text) ?? kindWords.find(([pattern]) => pattern.test(text))?.[1]
}

/** What a feed's entry becomes; the reason (Chinese) when it cannot be used. */
export function toIndicator(entry: FeedEntry, defaults: EntryDefaults): Indicator | string {
  if (entry.value.length > 4_096) return '值太长'
  const value = refang(entry.value)
  const type = entry.type ?? typeOf(value)
  if (type === undefined) return `看不出是什么：${value.slice(0, 60)}`
  const given = entry.confidence
  // Feeds count to 1 or to 100; a bare 1 is full confidence in the first and hardly any in the second, so it is taken for the first.
  const confidence =
    given === undefined || !Number.isFinite(given) || given < 0 ? defaults.confidence : given > 1 ? Math.min(1, given / 100) : given
  const tlp = tlpLevels.find(level => level === entry.tlp?.toLowerCase().replace(/^tlp:/, '').replace('white', 'clear')) ?? defaults.tlp
  return {
    type,
    value,
    kind: kindOf(entry.kind) ?? defaults.kind,
    confidence,
    source: defaults.source,
    ...moment('firstSeen', entry.firstSeen),
    ...moment('lastSeen', entry.lastSeen),
    ...moment('expires', entry.expires),
    ...(tlp === undefined ? {} : { tlp }),
    ...words('family', entry.family, 60),
    ...words('note', entry.note, 200),
  }
}

/** Dates, times (UTC when no zone is given) and seconds since 1970; anything else is left out. */
function moment<K extends string>(key: K, given: string | number | undefined): { [P in K]?: string } {
  if (given === undefined || given === '') return {}
  const text = String(given).trim()
  const seconds = /^\d{9,11}$/.test(text) ? Number(text) * 1000 : /^\d{12,14}$/.test(text) ? Number(text) : undefined
  const zoned = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text)
    ? `${text.replace(' ', 'T')}Z`
    : text.replace(/ UTC$/, 'Z').replace(/^(\S+) (\S+Z)$/, '$1T$2')
  const at = seconds ?? Date.parse(zoned)
  return (Number.isFinite(at) && at >= 0 && at < 4_102_444_800_000 ? { [key]: new Date(at).toISOString() } : {}) as { [P in K]?: string }
}

function words<K extends string>(key: K, text: string | undefined, length: number): { [P in K]?: string } {
  const clean = text
    ?.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, length)
  return (clean ? { [key]: clean } : {}) as { [P in K]?: string }
}
