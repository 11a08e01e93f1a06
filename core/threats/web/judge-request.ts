// Judges one web request by itself: which kind of attack, if any, and by which signs. Called by the model web-attack for every request of the hot lane.
import type { EcsEvent } from '../../events/event.js'
import { ownText } from '../../own-text.js'
import { headerSigns, payloadSigns } from './attack-signs.js'
import type { WebAttackClass } from './attack-class.js'
import { isSensitivePath, knownRequest } from './known-requests.js'
import { base64Text, clipped, payloadViews, percentDecoded, type PayloadView } from './payload-views.js'
import type { Sign } from './sign.js'
import type { WebVerdict } from './web-verdict.js'

/** Parts of a query looked at; scanners send dozens, forms a few. */
const MAX_PARTS = 64
/** Nothing below can be found in a text without any of these. */
const SUSPICIOUS =
  /[`(){}<>;|$\\!*?#^~\0\r\n'"]|%(?:u|00|0[ad]|2[2-9a-f]|25|3[bcdef]|5[bcde]|60|7[bcd]|c[01])|\.\.|:\/|::|--|==|<=|@@|\/\/|&|\b(?:union|select|insert|update|delete|drop|alter|create|exec(?:ute)?|waitfor|having|if|for|while|alias|ping6?|curl|wget|nc|ncat|telnet|nslookup|dig|traceroute|ssh|ftp|tftp|ls|cat|id|uname|powershell|cmd|bin|etc|proc|sys|dev|import|glob|like|div|case|invoke|passwd|or|and|xor|not|between|set|get|procedure|data|php|file|phar|expect|jndi|java|process|__\w+__|__proto__|on[a-z]{5,})\b|(?:^|\/)\.[a-z]|\.(?:ini|conf|config|cnf|exe|shell|system|import|dat|asax|xml|inf|sav)\b|sess_|shadow|winnt|(?:usr|opt|var|home|root)\/|\b(?:delay|call|like|aptitude|serialize)\b|-(?:object|item|process|content|service|command)\b|_(?:server|get|post|conf|env|file|include|files|request|session|cookie)\b|\bonload|ache|0x[0-9a-f]{6}|=\s|\bo:\d|rO0AB|H4sIAAA|\.(?:sql|bak|mdb|dump|swp)\b|\.cookie|wp-config|authorized_keys|id_[rd]sa/i

/** Undefined for everything that is no attack by what it says; time is linear to the request, which is looked at in part when it is long. */
export function judgeRequest(event: EcsEvent): WebVerdict | undefined {
  const original = text(event.url?.original) ?? joined(event)
  if (original !== undefined) {
    const known = knownRequest(original)
    if (known !== undefined) return known
    const found = judgeTarget(original, event) ?? privateFile(original)
    if (found !== undefined) return found
  }
  return judgeAgent(text(event.user_agent?.original)) ?? judgeHeader(text(event.http?.request?.referrer), 'referrer')
}

function judgeTarget(original: string, event: EcsEvent): WebVerdict | undefined {
  const mark = original.indexOf('?')
  const path = mark === -1 ? original : original.slice(0, mark)
  const fromPath = judgePath(path)
  if (fromPath !== undefined || mark === -1) return fromPath
  const query = original.slice(mark + 1)
  const parts = clipped(query).split('&', MAX_PARTS)
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = equals === -1 ? '' : part.slice(0, equals)
    const value = equals === -1 ? part : part.slice(equals + 1)
    const found = judgeParameter(name, value)
    if (found !== undefined) return found
  }
  // `a=1&b` cut a payload in two where the sender did not encode the ampersand.
  const whole =
    parts.length > 1 && /&\s*(?:&|%26|%20|\+|[a-z]+%20|#)/i.test(query) ? judgeText(query, 'query', true, payloadSigns) : undefined
  return whole ?? sessionFixation(parts, event)
}

const PRIVATE = /\/(?:\.(?!well-known)|wp-config\.php.|id_[rd]sa|web\.config|[\w-]+\.(?:env|pem|ppk|kdbx|keystore|htpasswd)$)/i

function privateFile(original: string): WebVerdict | undefined {
  const path = original.split('?', 1)[0]!
  if (!PRIVATE.test(path) || !isSensitivePath(path)) return undefined
  return { kind: 'sensitive-file', signs: ['private-path'], where: 'path', payload: path.slice(0, 120) }
}

function judgePath(path: string): WebVerdict | undefined {
  const withoutHost = path.replace(/^https?:\/\/[^/]{1,255}/i, '')
  if (!SUSPICIOUS.test(percentDecoded(withoutHost, true))) return undefined
  // A segment is a value of its own: frameworks route by it.
  const segments =
    percentDecoded(withoutHost, false) === withoutHost
      ? []
      : withoutHost
          .split('/')
          .filter(one => one.includes('%'))
          .slice(0, 16)
  const whole = judgeText(withoutHost, 'path', true, PATH_SIGNS)
  if (whole !== undefined) return whole
  for (const segment of segments) {
    const found = judgeText(segment, 'path', false, PATH_SIGNS)
    if (found !== undefined) return found
  }
  return undefined
}

/** In paths these are names of things. */
const NOT_IN_PATHS = new Set([
  'program-path',
  'glob-path',
  'private-file',
  'key-file',
  'leading-flags',
  'rfi-name',
  'rfi-address',
  'rfi-file',
  'unix-place',
  'tilde',
  'null-safe-equal',
  'history',
  'split-word',
  'dump-file',
  'server-file',
])
const PATH_SIGNS = payloadSigns.filter(sign => !NOT_IN_PATHS.has(sign.id))

/** Single words and numbers, which most values are. */
const PLAIN = /^(?!\.|.*(?:\.\.|--))[\w.-]{0,15}$/

const COMMAND_NAME = /^(?:cmd|exec|execute|command|run|shell|system|rce|cli|daemon|daemonize|code|do|func|arg)$/i

function judgeParameter(name: string, value: string): WebVerdict | undefined {
  if (PLAIN.test(name) && PLAIN.test(value))
    return COMMAND_NAME.test(name) ? judgeText(`${name}=${value}`, name, true, NAMED_SIGNS) : undefined
  const shownName = percentDecoded(name.slice(0, 80), true)
  if (!PLAIN.test(name) && SUSPICIOUS.test(shownName)) {
    const found = judgeText(name, shownName, true, payloadSigns)
    if (found !== undefined) return found
  }
  if (!isSuspicious(value) && !COMMAND_NAME.test(name)) return undefined
  const decoded = percentDecoded(value, true)
  // A link to another place by name: what it may do wrong is told with the parameter's name.
  if (PLAIN_LINK.test(decoded)) return judgeText(`${name}=${value}`, shownName, true, NAMED_SIGNS)
  const leaves = jsonLeaves(decoded)
  if (leaves === undefined) {
    const found = judgeText(value, shownName, true, payloadSigns)
    if (found !== undefined) return found
  } else
    for (const leaf of leaves) {
      if (PLAIN.test(leaf) || !isSuspicious(leaf)) continue
      const found = judgeText(leaf, shownName, false, payloadSigns)
      if (found !== undefined) return found
    }
  // Some signs need the name as well.
  return COMMAND_NAME.test(name) || decoded.includes('://') ? judgeText(`${name}=${value}`, shownName, true, NAMED_SIGNS) : undefined
}

const PLAIN_LINK =
  /^https?:\/\/(?!localhost|metadata)[a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,6}(?::\d{1,5})?(?:\/[\w.~-]{0,80}){0,12}$/i

function isSuspicious(value: string): boolean {
  const decoded = percentDecoded(value, true)
  return SUSPICIOUS.test(decoded) || (decoded.length >= 12 && base64Text(decoded) !== undefined)
}

const NAMED_SIGNS = payloadSigns.filter(sign => sign.id.startsWith('rfi-') || sign.id === 'command-parameter')

/** Keys and texts of a JSON value: its own quotes and braces say nothing. Undefined for what is no JSON object or array. */
function jsonLeaves(value: string): string[] | undefined {
  const trimmed = value.trim()
  if (!/^[[{][\s\S]*[\]}]$/.test(trimmed)) return undefined
  try {
    const leaves: string[] = []
    JSON.parse(trimmed, (key, one: unknown) => {
      if (key !== '' && !/^\d+$/.test(key)) leaves.push(key.startsWith('$') ? `${key}:` : key)
      if (typeof one === 'string') leaves.push(one)
      return one
    })
    return leaves.slice(0, MAX_PARTS)
  } catch {
    return undefined
  }
}

/** Programs call themselves the same every time. Emptied when full; longer names are not kept. */
const knownAgents = new Map<string, WebVerdict | undefined>()
const KNOWN_AGENTS = 4_096
const AGENT_LENGTH = 300

function judgeAgent(value: string | undefined): WebVerdict | undefined {
  if (value === undefined) return undefined
  if (knownAgents.has(value)) return knownAgents.get(value)
  const verdict = judgeHeader(value, 'user agent')
  if (value.length <= AGENT_LENGTH) {
    if (knownAgents.size >= KNOWN_AGENTS) knownAgents.clear()
    knownAgents.set(ownText(value), verdict)
  }
  return verdict
}

function judgeHeader(value: string | undefined, where: string): WebVerdict | undefined {
  if (value === undefined || !/[$<'"{(;%]|\/etc\/|169\.254/.test(value)) return undefined
  return judgeText(value, where, false, headerSigns)
}

function judgeText(value: string, where: string, plusIsSpace: boolean, signs: readonly Sign[]): WebVerdict | undefined {
  let best: { view: PayloadView; found: Sign[]; score: number } | undefined
  for (const view of payloadViews(value, plusIsSpace)) {
    const found = signs.filter(sign => sign.pattern.test(sign.on === 'bare' ? view.bare : view.plain))
    const score = found.reduce((sum, sign) => sum + sign.weight, 0) + (found.length === 0 ? noise(view.plain) : 0)
    if (score >= 1 && score > (best?.score ?? 0)) best = { view, found, score }
    // Plainly one: what other readings say changes nothing.
    if (score >= 3) break
  }
  if (best === undefined) return undefined
  if (best.found.length === 0)
    return { kind: 'code-injection', signs: ['noise'], where: where.slice(0, 40), payload: best.view.plain.slice(0, 120) }
  const kind = heaviest(best.found)
  const own = best.found.filter(sign => sign.kind === kind).sort((a, b) => b.weight - a.weight)
  return { kind, signs: own.map(sign => sign.id).slice(0, 6), where: where.slice(0, 40), payload: best.view.plain.slice(0, 120) }
}

/** Nobody writes, and no program sends, so many signs so close together: 0, 0.5 or 1. */
function noise(plain: string): number {
  if (plain.length < 8) return 0
  const signs = plain.match(/[~!@#$^*()+{}[\]|;"'`<>\\]/g)?.length ?? 0
  return (signs >= 12 && signs * 4 >= plain.length ? 0.5 : 0) + (/[~!@#$^*()+{}[\]|;"'`<>\\]{5,}/.test(plain) ? 0.5 : 0)
}

function heaviest(found: readonly Sign[]): WebAttackClass {
  const sums = new Map<WebAttackClass, number>()
  for (const sign of found) sums.set(sign.kind, (sums.get(sign.kind) ?? 0) + sign.weight)
  return [...sums].sort((a, b) => b[1] - a[1])[0]![0]
}

const SESSION =
  /^(?:phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|cfsid|jservsession|jwsession|session[_-]?id|sessid|wm4sess)$/i

/** A session handed over in a link that came from elsewhere. */
function sessionFixation(parts: readonly string[], event: EcsEvent): WebVerdict | undefined {
  const name = parts.map(part => part.split('=')[0] ?? '').find(one => SESSION.test(one))
  const referrer = text(event.http?.request?.referrer)
  if (name === undefined) return undefined
  const own = text(event.url?.domain)
  const isForeign = referrer !== undefined && own !== undefined && !referrer.toLowerCase().includes(own.toLowerCase())
  if (!isForeign && !/^(?:jsessionid|phpsessid|aspsessionid|asp\.net)/i.test(name)) return undefined
  if (referrer !== undefined && !isForeign) return undefined
  return { kind: 'session-fixation', signs: ['session-in-query'], where: name.slice(0, 40), payload: parts.join('&').slice(0, 120) }
}

function joined(event: EcsEvent): string | undefined {
  const path = text(event.url?.path)
  const query = text(event.url?.query)
  return path === undefined ? undefined : query === undefined ? path : `${path}?${query}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
