// Brings an indicator's value, and what an event shows, to the one form both are compared in; called by indicator-index.ts and index-builder.ts.
import ipaddr from 'ipaddr.js'
import type { HashType, IndicatorType } from './indicator.js'

const MAX_URL = 2_048
const hashLength: Readonly<Record<HashType, number>> = { md5: 32, sha1: 40, sha256: 64 }
const DOMAIN = /^(?!.{254})(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/
/** A name with a dot or an address, perhaps with a port. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/
/** URLs are told apart from names by these. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,15}:\/\//i

/** The form an indicator is stored under; undefined when the value is none of its type. */
export function canonicalValue(type: IndicatorType, value: string): string | undefined {
  switch (type) {
    case 'ipv4':
      return ipaddr.IPv4.isValidFourPartDecimal(value) ? ipaddr.IPv4.parse(value).toString() : undefined
    case 'ipv6':
      return canonicalV6(value)
    case 'ipv4:port':
    case 'ipv6:port':
      return canonicalEnd(type, value)
    case 'cidr':
      return canonicalNetwork(value)
    case 'domain':
      return canonicalDomain(value.replace(/^\*?\.(?=.)/, ''))
    case 'url':
      return canonicalUrl(value)
    case 'md5':
    case 'sha1':
    case 'sha256':
      return canonicalHash(type, value)
  }
}

/** An address of version 6 that only wraps one of version 4 is stored nowhere: events are looked up unwrapped. */
function canonicalV6(value: string): string | undefined {
  if (value.length > 64 || !ipaddr.IPv6.isValid(value)) return undefined
  const address = ipaddr.IPv6.parse(value)
  return address.isIPv4MappedAddress() || address.zoneId ? undefined : address.toRFC5952String()
}

function canonicalEnd(type: 'ipv4:port' | 'ipv6:port', value: string): string | undefined {
  const match = (type === 'ipv4:port' ? /^([\d.]{7,15}):(\d{1,5})$/ : /^\[([0-9a-f:.]{2,45})\]:(\d{1,5})$/i).exec(value)
  const ip = match && canonicalValue(type === 'ipv4:port' ? 'ipv4' : 'ipv6', match[1]!)
  if (!ip || Number(match[2]) > 65_535) return undefined
  return type === 'ipv4:port' ? `${ip}:${Number(match[2])}` : `[${ip}]:${Number(match[2])}`
}

/** Bits beyond the prefix are ignored; a network of everything is no indicator. */
function canonicalNetwork(value: string): string | undefined {
  if (value.length > 64 || !ipaddr.isValidCIDR(value)) return undefined
  const [address, length] = ipaddr.parseCIDR(value)
  if (length === 0) return undefined
  const bytes = address.toByteArray().map((byte, index) => byte & (0xff << (8 - Math.min(8, Math.max(0, length - index * 8)))) & 0xff)
  const network = ipaddr.fromByteArray(bytes)
  return `${network instanceof ipaddr.IPv6 ? network.toRFC5952String() : network.toString()}/${length}`
}

/** A name with at least two labels. */
function canonicalDomain(value: string): string | undefined {
  const name = comparableName(value)
  return DOMAIN.test(name) && !/\.\d+$/.test(name) ? name : undefined
}

/** Any name an event shows, also an ill-formed one (tunnels put anything into labels): lower case, no final dot, other scripts as DNS carries them. */
export function comparableName(value: string): string {
  const name = value.slice(-254).toLowerCase().replace(/\.$/, '')
  // Only names in other scripts are worth the cost of a URL parser.
  if (!/[^\0-\x7f]/.test(name) || !URL.canParse(`http://${name}`)) return name
  return new URL(`http://${name}`).hostname
}

/**
 * Compared without scheme, ignoring case; user, fragment and the scheme's own port are not part of it, and a host alone asks for `/`.
 * Undefined for a bare name without scheme and path.
 */
export function canonicalUrl(value: string): string | undefined {
  if (value.length > MAX_URL) return undefined
  const scheme = SCHEME.exec(value)?.[0].toLowerCase()
  const bare = value.slice(scheme?.length ?? 0).split('#', 1)[0]!
  const end = bare.search(/[/?]/)
  if (end === 0 || bare === '' || (end < 0 && scheme === undefined)) return undefined
  const host = canonicalHost(end < 0 ? bare : bare.slice(0, end), scheme)
  const rest = end < 0 ? '/' : bare[end] === '?' ? `/${bare.slice(end)}` : bare.slice(end)
  return !HOST.test(host) || /[\s\p{Cc}]/u.test(rest) ? undefined : `${host}${rest.toLowerCase()}`
}

function canonicalHost(written: string, scheme: string | undefined): string {
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/s.exec(written.slice(written.lastIndexOf('@') + 1)) ?? []
  const ownPort = port === undefined || (port === '80' && scheme !== 'https://') || (port === '443' && scheme !== 'http://')
  return ownPort ? comparableName(name) : `${comparableName(name)}:${Number(port)}`
}

export function canonicalHash(type: HashType, value: string): string | undefined {
  return value.length === hashLength[type] && /^[0-9a-f]+$/i.test(value) ? value.toLowerCase() : undefined
}

/** What a value is, as far as it can be told from its looks; for plain lists, headerless columns and questions in chat. */
export function typeOf(value: string): IndicatorType | undefined {
  if (/^[0-9a-f]{32}$/i.test(value)) return 'md5'
  if (/^[0-9a-f]{40}$/i.test(value)) return 'sha1'
  if (/^[0-9a-f]{64}$/i.test(value)) return 'sha256'
  if (SCHEME.test(value)) return 'url'
  const order: readonly IndicatorType[] = ['ipv4', 'ipv6', 'cidr', 'ipv4:port', 'ipv6:port', 'domain', 'url']
  return order.find(type => canonicalValue(type, value) !== undefined)
}
