// Brings an indicator's value, and what an event shows, to the one form both are compared in; called by indicator-set.ts.
import ipaddr from 'ipaddr.js'
import type { IndicatorType } from './indicator.js'

const MAX_URL = 2_048
const HEX: Readonly<Record<'md5' | 'sha256', RegExp>> = { md5: /^[0-9a-f]{32}$/, sha256: /^[0-9a-f]{64}$/ }
const DOMAIN = /^(?!.{254})(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/

/** The form an indicator is stored under; undefined when the value is none of its type. */
export function canonicalValue(type: IndicatorType, value: string): string | undefined {
  switch (type) {
    case 'ipv4':
      return ipaddr.IPv4.isValidFourPartDecimal(value) ? ipaddr.IPv4.parse(value).toString() : undefined
    case 'ipv6':
      return value.length <= 64 && ipaddr.IPv6.isValid(value) ? ipaddr.IPv6.parse(value).toRFC5952String() : undefined
    case 'ipv4:port':
      return canonicalEnd(value)
    case 'cidr':
      return value.length <= 64 && ipaddr.isValidCIDR(value) ? value : undefined
    case 'domain':
      return canonicalDomain(value.replace(/^\*\./, ''))
    case 'url':
      return canonicalUrl(value)
    case 'md5':
    case 'sha256':
      return HEX[type].test(value.toLowerCase()) ? value.toLowerCase() : undefined
  }
}

function canonicalEnd(value: string): string | undefined {
  const match = /^([\d.]{7,15}):(\d{1,5})$/.exec(value)
  return match !== null && ipaddr.IPv4.isValidFourPartDecimal(match[1]!) && Number(match[2]) <= 65_535
    ? `${match[1]!}:${Number(match[2])}`
    : undefined
}

/** A name with at least two labels. */
function canonicalDomain(value: string): string | undefined {
  const name = comparableName(value)
  return DOMAIN.test(name) ? name : undefined
}

/** Any name an event shows, also an ill-formed one (tunnels put anything into labels): lower case, no final dot, other scripts as DNS carries them. */
export function comparableName(value: string): string {
  const name = value.slice(-254).toLowerCase().replace(/\.$/, '')
  // Only names in other scripts are worth the cost of a URL parser.
  if (!/[^\0-\x7f]/.test(name) || !URL.canParse(`http://${name}`)) return name
  return new URL(`http://${name}`).hostname
}

/** Compared without scheme, ignoring case. */
export function canonicalUrl(value: string): string | undefined {
  if (value.length > MAX_URL) return undefined
  const bare = value.replace(/^[a-z][a-z0-9+.-]{0,15}:\/\//i, '').toLowerCase()
  return bare.includes('/') && !bare.startsWith('/') ? bare : undefined
}
