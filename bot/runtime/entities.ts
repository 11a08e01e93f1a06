// Finds the things a sentence names: numbers, addresses, names, durations, days. Pure; used by parse.ts before any command sees the text.
import ipaddr from 'ipaddr.js'
import type { Priority, Severity } from '../../core/threats/terms.js'
import { findAssetName } from './asset-name.js'
import { findDays, findHours, type Period } from './days.js'
import { findDuration } from './durations.js'

export interface Entities {
  /** Numbers such as IN-uni-261124-001, however they were typed. */
  readonly numbers: readonly string[]
  readonly ips: readonly string[]
  readonly cidrs: readonly string[]
  readonly domains: readonly string[]
  /** MD5, SHA-1 or SHA-256, lower case. */
  readonly hashes: readonly string[]
  readonly cves: readonly string[]
  readonly severity?: Severity
  readonly priority?: Priority
  readonly format?: string
  /** A machine or system by its name. */
  readonly asset?: string
  readonly durationSeconds?: number
  readonly period?: Period
  /** The last hours or minutes exactly, ISO 8601 with the offset of the zone; `period` then holds the days they lie in. */
  readonly hours?: Period
  /** `YYYY-MM-DD` in the given zone, when the period is one day. */
  readonly day?: string
  /** The whole sentence, half-width, within MAX_TEXT. */
  readonly text: string
  /** What is left when numbers, addresses, days and the duration are taken out. */
  readonly rest: string
}

const NUMBER = /(?<![0-9A-Za-z])(AL|IN|TK|DP|AD|SO|AU|RP|FD|PT|PE)-([0-9a-z]{1,32})-(\d{6})-(\d{1,6})(?![0-9A-Za-z])/gi
/** IPv6 before IPv4, as one may end in the other. Letters before or digits after make it something else: `v1.2.3.4`, `1.2.3.4.5`. */
const ADDRESS =
  /(?<![\w:.])(?=[0-9A-Fa-f:]*[0-9A-Fa-f])(?:[0-9A-Fa-f]{0,4}:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?:\/\d{1,3})?(?![\w:])|(?<![\w.])(?<!版本\s*)\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,3}|:\d{1,5})?(?!\w|\.\w)/g
const CVE = /(?<![0-9A-Za-z])CVE-(\d{4})-(\d{4,7})(?!\d)/gi
const HASH = /(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9A-Za-z])/gi
const DOMAIN = /(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-]|\.\w)/gi
const PRIORITY = /(?<![0-9A-Za-z])P[1-4](?![0-9A-Za-z])/i
/** Ends of file names that look like the end of a domain. */
const FILE =
  /\.(?:log|txt|pdf|docx?|xlsx?|pptx?|html?|json|ya?ml|md|sh|py|js|ts|exe|dll|conf|cfg|ini|service|php|jspx?|aspx?|zip|rar|gz|tar|elf|bat|ps1|csv|bak|so|key|pem)$/i
const severities: readonly (readonly [RegExp, Severity])[] = [
  [/严重|危急|特别重大|超危|(?<![a-z])critical(?![a-z])/i, 'critical'],
  [/高危|高风险|(?<![a-z])high(?![a-z])/i, 'high'],
  [/中危|中风险|(?<![a-z])medium(?![a-z])/i, 'medium'],
  [/低危|低风险|(?<![a-z])low(?![a-z])/i, 'low'],
  [/提示级|信息级/, 'info'],
]
const NAMES = 'pdf|docx?|word|html?|markdown|md|json|xlsx?|excel|csv'
const FORMAT = new RegExp(
  `(?<![\\w.])(${NAMES})(?=\\s*(?:格式|版|文件|文档|的|给我|发|一份|[。，,.!！?？]*$))|(?:导出成?|转成|输出|格式是?|用)\\s*(${NAMES})(?!\\w)`,
  'i',
)
const formats: Readonly<Record<string, string>> = { word: 'docx', doc: 'docx', excel: 'xlsx', xls: 'xlsx', markdown: 'md', htm: 'html' }

/** UTF-16 units of a sentence that are looked at. */
export const MAX_TEXT = 2000

export function findEntities(input: string, now: number, zone: string): Entities {
  const text = withoutName(halfWidth(input.slice(0, MAX_TEXT)))
  const numbers: string[] = []
  let rest = text.replace(NUMBER, (_, prefix: string, code: string, day: string, n: string) => {
    numbers.push(`${prefix.toUpperCase()}-${code.toLowerCase()}-${day}-${n.padStart(3, '0')}`)
    return ' '
  })
  // Names keep their place in what is left, but nothing in them is taken for a day or a duration.
  const names: string[] = []
  const hide = (name: string) => String.fromCodePoint(0xf0000 + names.push(name) - 1)
  const cves: string[] = []
  rest = rest.replace(CVE, (found, year: string, n: string) => {
    cves.push(`CVE-${year}-${n}`)
    return hide(found)
  })
  const hashes: string[] = []
  rest = rest.replace(HASH, found => {
    hashes.push(found.toLowerCase())
    return hide(found)
  })
  const ips: string[] = []
  const cidrs: string[] = []
  rest = rest.replace(ADDRESS, found => {
    const { ip, cidr } = readAddress(found)
    if (ip !== undefined) ips.push(ip)
    if (cidr !== undefined) cidrs.push(cidr)
    return ip === undefined && cidr === undefined ? found : ' '
  })
  const domains: string[] = []
  rest = rest.replace(DOMAIN, found => {
    if (!FILE.test(found)) domains.push(found.toLowerCase())
    return hide(found)
  })
  const hours = findHours(rest, now, zone)
  const { period, text: undated } = findDays(rest, now, zone)
  const { seconds, text: left } = findDuration(undated)
  rest = left.replaceAll(/[\u{F0000}-\u{FFFFD}]/gu, sign => names[(sign.codePointAt(0) ?? 0) - 0xf0000] ?? '')
  const severity = severities.find(([pattern]) => pattern.test(rest))?.[1]
  const [, before, after] = FORMAT.exec(rest) ?? []
  const format = (before ?? after)?.toLowerCase()
  return {
    numbers: unique(numbers),
    ips: unique(ips),
    cidrs: unique(cidrs),
    domains: unique(domains),
    hashes: unique(hashes),
    cves: unique(cves),
    ...optional('asset', findAssetName(left.replaceAll(/[\u{F0000}-\u{FFFFD}]/gu, ' '))),
    ...optional('hours', hours),
    ...(severity === undefined ? {} : { severity }),
    ...optional('priority', PRIORITY.exec(rest)?.[0]?.toUpperCase() as Priority | undefined),
    ...(format === undefined ? {} : { format: formats[format] ?? format }),
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(period === undefined ? {} : { period }),
    ...(period !== undefined && period.from === period.to ? { day: period.from } : {}),
    text,
    rest: rest.replaceAll(/\s+/g, ' ').trim(),
  }
}

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)]

function readAddress(found: string): { ip?: string; cidr?: string } {
  const [whole = '', bits] = found.split('/')
  const isV6 = (whole.match(/:/g) ?? []).length > 1
  // `203.0.113.7:22` names a service on the address.
  const address = isV6 ? whole : (whole.split(':')[0] ?? '')
  const valid = isV6 ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address)
  if (!valid) return {}
  if (bits === undefined) return { ip: ipaddr.process(address).toString() }
  return Number(bits) <= (isV6 ? 128 : 32) ? { cidr: found } : {}
}

/**
 * Digits, letters and the signs of numbers and addresses typed full-width, and the stop of a Chinese keyboard between digits, become what
 * was meant; marks that cannot be seen are dropped; Chinese punctuation stays as written.
 */
function halfWidth(text: string): string {
  return text
    .replaceAll(/[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .replaceAll(/[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF0D-\uFF0F]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[\p{Cc}\u3000]/gu, ' ')
    .replaceAll(/(?<=[0-9A-Za-z])[\u2010-\u2015\u2212](?=[0-9A-Za-z])/g, '-')
    .replaceAll(/(?<=[0-9a-z])(?:\[\.\]|[。｡])(?=[0-9a-z])/gi, '.')
    .replaceAll(/(?<=[0-9A-Fa-f:])：(?=[0-9A-Fa-f:])/g, ':')
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

/** In a group the robot hears only what mentions it; its name says nothing about what is wanted. */
function withoutName(text: string): string {
  return text.replace(/^\s*@(?:\S{0,16}?管家|管家\S{0,8}?)[\s，,：:]*/u, '')
}
