// Reads a failed login out of a line of a program no format is known for, by the words such lines use everywhere; used by login-attempt.ts.
import ipaddr from 'ipaddr.js'
import type { EcsEvent } from '../../events/event.js'

/** What is left to the words: events whose fields were named by nobody. */
const GENERIC: ReadonlySet<string> = new Set(['unknown', 'json', 'pairs', 'csv', 'xml', 'syslog'])
const LOOKED_AT = 1_500
const ADDRESSES = 12

const MATTER = String.raw`(?:log[ _-]?(?:in|on)|sign[ _-]?in|auth(?:entication|orization|enticated?)?|pass(?:word|wd)|credentials?|2fa|mfa|otp|sasl|权限|登录|认证|口令|密码)`
const FAILURE = String.raw`(?:fail(?:ed|ure|s)?|invalid|incorrect|bad|denied|reject(?:ed)?|refused|unsuccessful|wrong|error|mismatch|not (?:found|authorized|valid|supported)|失败|错误)`
/** Tells most lines apart before the expensive look. */
const ANY = /auth|log[ _-]?[io]n|sign[ _-]?in|pass|credential|user|account|401|失败|错误/i
const FAILED = new RegExp(
  String.raw`\b(?:${MATTER})\w{0,12}["']?[\s:=,"'._()[\]-]{1,4}(?:[\w@.:"'()-]{1,60}\s){0,6}["']?${FAILURE}|\b${FAILURE}["']?[\s:=,"'._()-]{1,4}(?:[\w-]{1,20}[\s'"]{1,3}){0,3}(?:${MATTER}|user(?:name)?\b|account\b)|authentication_fail|login_error|loginfail|logondenied|authfailed|auth_fail|challengeresponsefailed|invalidpassword|invalidaccount|failedacl|user_not_found|\b(?:user|username|account)\b[^|;]{0,60}(?:was |is |does )?not (?:found|exist)|unauthori[sz]ed|access denied for user|(?:httpstatus|status|code)["']?\s*[=:|]\s*"?401\b|\|\s*401\s*\||登录失败|认证失败|密码错误|口令错误`,
  'i',
)
const ADDRESS =
  /(?:::ffff:)?(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)(?::(\d{1,5}))?|(?<![\w:])((?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}|::1|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:])/gi
/** What stands before the address of who tried. */
const LABEL =
  /(?:from|rhost|client(?:ip|host)?|remote(?:_?(?:addr(?:ess)?|ip|host))?|(?:ip_?|src_?|source_?)(?:addr(?:ess)?|ip)?|host|visitor_ip|ip address|by)["']?[\s:=["'(<]{0,4}(?:IPV[46]\/(?:UDP|TCP|TLS|WS)\/)?(?:unknown\[|\[AF_INET6?\])?(?:::ffff:)?$/i
const USER = /(?:user(?:name|_?id)?|login|account(?:id)?|principalname|sasl_username|email)["']?\s*[=:]?\s*["'[<(]*([\w.@+-]{1,64})/i
export const TOO_MANY =
  /rate[ -]?limit|too many|maximum (?:number of )?(?:login |auth\w* )?(?:attempts|tries)|locked[ _-]?out|brute[ -]?force|temporarily (?:banned|blocked)|次数过多|已锁定/i
const NO_NAME = /^(?:null|none|unknown|not|was|failed|name|from|for|password|and|or|is|does|invalid)$/i

export interface PlainLogin {
  readonly ip: string
  readonly userName: string | undefined
  /** The program says itself that there were too many. */
  readonly isTooMany: boolean
}

/** Undefined unless the line says that a login failed and names an address; time is linear, at most 1,500 characters are looked at. */
export function readPlainLogin(event: EcsEvent): PlainLogin | undefined {
  // Of what a format has named, only lines about neither web requests nor things that went well are left to the words.
  if (!GENERIC.has(event.event.dataset) && (event.http !== undefined || event.event.outcome === 'success')) return undefined
  const line = event.event.original.slice(0, LOOKED_AT)
  if (!ANY.test(line) || !FAILED.test(line)) return undefined
  const known: unknown = event.source?.ip
  const ip = typeof known === 'string' && known !== '' ? known : addressIn(line)
  if (ip === undefined) return undefined
  const named: unknown = event.user?.name
  const userName = typeof named === 'string' && named !== '' ? named : USER.exec(line)?.[1]
  const isTooMany = TOO_MANY.test(line)
  return { ip, isTooMany, userName: userName === undefined || NO_NAME.test(userName) ? undefined : userName }
}

/** The labelled one, else the one with a port as clients have, else the first. */
function addressIn(line: string): string | undefined {
  const found: { ip: string; rank: number }[] = []
  for (const match of line.matchAll(ADDRESS)) {
    if (found.length >= ADDRESSES) break
    const ip = (match[1] ?? match[3] ?? '').toLowerCase()
    if (!ipaddr.isValid(ip) || ip === '0.0.0.0') continue
    // Version numbers of browsers end in two zeros.
    if (/\.0\.0$/.test(ip)) continue
    const before = line.slice(Math.max(0, match.index - 48), match.index)
    found.push({ ip, rank: LABEL.test(before) ? 0 : Number(match[2] ?? 0) >= 10_000 ? 1 : 2 })
  }
  return found.sort((a, b) => a.rank - b.rank)[0]?.ip
}
