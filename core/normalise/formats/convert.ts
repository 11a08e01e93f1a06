// Brings what a line says to the type its ECS name asks for; used by build-event.ts.
import { ownText } from '../../own-text.js'
import { canonicalIp, portNumber } from '../address.js'
import { toInstant, type TimeContext } from '../event-time.js'
import { hasKeys, withoutControls } from '../merge-draft.js'
import { requestFields } from '../web-request.js'
import type { converters } from './format.js'
import { writtenTime } from './written-time.js'

export type Converter = (typeof converters)[number]

/** Longest text an event takes over from one field. */
const MAX_TEXT = 32_768

const known = new Map<string, Converter>()

/** What a path asks for when the format does not say. */
export function converterOf(path: string): Converter {
  const before = known.get(path)
  if (before !== undefined) return before
  const converter = newConverter(path)
  // Paths are those of the formats; only keys that are paths themselves come from lines.
  if (known.size < MAX_PATHS && path.length <= 64) known.set(ownText(path), converter)
  return converter
}

const MAX_PATHS = 4_096

function newConverter(path: string): Converter {
  if (path === '@timestamp' || /\.(?:created|start|end|not_before|not_after)$/.test(path)) return 'time'
  if (path === 'source.ip' || path === 'destination.ip' || path === 'client.ip' || path === 'server.ip') return 'endpoint'
  if (path.endsWith('.ip')) return 'ip'
  if (path.endsWith('.port')) return 'port'
  if (/\.(?:bytes|packets|pid|ppid|status_code|size|duration|ttl)$/.test(path)) return 'integer'
  if (path === 'network.transport' || path === 'network.protocol' || path === 'network.direction') return 'lower'
  if (path === 'http.request.method') return 'upper'
  if (path === 'url.original') return 'url'
  if (path === 'related.ip' || path === 'host.ip' || path === 'event.category' || path === 'event.type') return 'list'
  return 'text'
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  89: 'ospf',
  132: 'sctp',
}

const EMPTY = /^(?:n\/a|null|\(null\)|none|<nil>|undefined|unknown|--|\?|n\\a|nil|未知|无)$/i
const MAY_BE_EMPTY = /^[\s\ufeffnN(<uU?未无-]/

/** What the makers write for "nothing". */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (typeof value !== 'string') return typeof value === 'object' && !hasKeys(value)
  // Most values begin like none of these words, and none of these is longer than "undefined".
  if (!MAY_BE_EMPTY.test(value)) return false
  const text = value.trim()
  return text.length <= 9 && (text === '' || text === '-' || EMPTY.test(text))
}

export type Put = (path: string, value: unknown) => void

/** Puts the converted value, perhaps at several places; a value that does not fit is left out. */
export function convert(path: string, as: Converter, value: unknown, time: TimeContext, put: Put): void {
  const converter = as === 'auto' ? converterOf(path) : as
  switch (converter) {
    case 'auto':
    case 'text': {
      const text = plainText(value)
      if (text !== undefined) put(path, text)
      return
    }
    case 'ip':
      return void (canonicalIp(trimmed(value)) !== undefined && put(path, canonicalIp(trimmed(value))))
    case 'endpoint':
      return putEndpoint(path.replace(/\.(?:ip|address)$/, ''), trimmed(value) ?? '', put)
    case 'port': {
      // `dport=53 pattern: …`: the last pair of a line may have text behind it.
      const port = portNumber(typeof value === 'string' ? /^\s*(\d{1,5})(?=\s|$)/.exec(value)?.[1] : value)
      if (port !== undefined) put(path, port)
      return
    }
    case 'integer':
    case 'number': {
      const text = trimmed(value) ?? ''
      const number = /^[+-]?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : NaN
      if (Number.isFinite(number)) put(path, converter === 'integer' ? Math.round(number) : number)
      return
    }
    case 'time':
    case 'utc': {
      const context = converter === 'utc' ? { ...time, utcOffsetMinutes: 0 } : time
      const at = toInstant(writtenTime(typeof value === 'string' ? value.trim() : value, context))
      if (at !== undefined) put(path, at)
      return
    }
    case 'lower':
    case 'upper': {
      const text = plainText(value)
      if (text === undefined) return
      const named = path === 'network.transport' && Object.hasOwn(PROTOCOLS, text) ? PROTOCOLS[text]! : text
      return put(path, converter === 'lower' ? named.toLowerCase() : named.toUpperCase())
    }
    case 'url':
      return putUrl(plainText(value), put)
    case 'request': {
      const text = plainText(value)
      if (text === undefined) return
      const { http, url } = requestFields(text, {
        status: undefined,
        bytes: undefined,
        referrer: undefined,
        agent: undefined,
        host: undefined,
      })
      return void (put('http', http), put('url', url))
    }
    case 'list': {
      const items = (Array.isArray(value) ? value : String(value).split(/[,;]\s*/)).map(plainText).filter(item => item !== undefined)
      if (items.length > 0) put(path, items.slice(0, 100))
      return
    }
    case 'boolean':
      return put(path, /^(?:1|true|yes|是)$/i.test(String(value)))
  }
}

function trimmed(value: unknown): string | undefined {
  // Of several the first is meant.
  if (Array.isArray(value)) return trimmed((value as unknown[]).find(item => typeof item !== 'object'))
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return withoutControls(value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value).trim() || undefined
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.every(item => typeof item !== 'object') ? plainText(value.join(', ')) : undefined
  return undefined
}

const WITH_PORT = /^\[?([0-9A-Fa-f.:]{2,45})\]?(?:[:#/]|:\s|\()(\d{1,5})\)?(?:[:/].{0,64})?$/

/** `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`, `192.0.2.1:443:X1`, `web.example.com`. */
function putEndpoint(path: string, text: string, put: Put): void {
  const ip = canonicalIp(text)
  if (ip !== undefined) return put(`${path}.ip`, ip)
  const parts = WITH_PORT.exec(text)
  const inner = parts === null ? undefined : canonicalIp(parts[1])
  if (inner !== undefined) {
    put(`${path}.ip`, inner)
    const port = portNumber(parts?.[2])
    if (port !== undefined) put(`${path}.port`, port)
    return
  }
  // `-:51234`: the port of a client whose address was left out.
  const nameless = /^-?:(\d{1,5})$/.exec(text)
  if (nameless !== null) {
    const port = portNumber(nameless[1])
    if (port !== undefined) put(`${path}.port`, port)
    return
  }
  const first = /^[0-9A-Fa-f.:]{3,45}/.exec(text)?.[0].replace(/[.:]$/, '')
  const leading = first === undefined ? undefined : canonicalIp(first)
  if (leading !== undefined) put(`${path}.ip`, leading)
  else if (/^[\w.-]{2,253}$/.test(text)) put(`${path}.address`, text)
}

function putUrl(text: string | undefined, put: Put): void {
  if (text === undefined) return
  put('url.original', text)
  const match = /^(?:([a-z][a-z0-9+.-]{0,15}):\/\/)?([^/?#\s]{0,255})?(\/[^?#]*)?(?:\?([^#]*))?/i.exec(text)
  if (match === null) return
  const [, scheme, authority, path, query] = match
  if (scheme !== undefined) put('url.scheme', scheme.toLowerCase())
  if (authority !== undefined && (scheme !== undefined || /^[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?$/.test(authority))) {
    const [, domain, port] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? []
    if (domain) put('url.domain', domain)
    if (port !== undefined) put('url.port', Number(port))
  }
  if (path !== undefined) put('url.path', path)
  if (query !== undefined) put('url.query', query)
}
