// Recognises IP addresses and ports in untrusted text; called by every payload parser before an address enters an event.
import ipaddr from 'ipaddr.js'

/** Longest text of an IPv6 address with an embedded IPv4 part and a zone. */
const MAX_ADDRESS_LENGTH = 64

const HEXADECIMAL = /^[0-9A-Fa-f:.]+$/

/**
 * The canonical text of an address: IPv4 in dotted decimals (also when it came as `::ffff:1.2.3.4`), IPv6 as RFC 5952 writes it.
 * Brackets and a zone (`[fe80::1%eth0]`) are taken off. Undefined when it is not an address; `10.1` and `0x7f.1` are not.
 */
export function canonicalIp(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length < 2 || text.length > MAX_ADDRESS_LENGTH) return undefined
  if (isFourPartDecimal(text)) return text
  const colon = text.indexOf(':')
  // Fewer than two colons are a time or a port.
  if (colon === -1 || !text.includes(':', colon + 1)) return undefined
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const zone = bare.indexOf('%')
  const address = zone === -1 ? bare : bare.slice(0, zone)
  if (!HEXADECIMAL.test(address) || !ipaddr.IPv6.isValid(address)) return undefined
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String()
}

/** `192.0.2.1`: four numbers up to 255, none with a needless zero in front. */
function isFourPartDecimal(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false
  let dots = 0
  let digits = 0
  let number = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 46) {
      if (digits === 0) return false
      dots += 1
      digits = 0
      number = 0
      continue
    }
    if (code < 48 || code > 57 || (digits > 0 && number === 0)) return false
    number = number * 10 + code - 48
    digits += 1
    if (number > 255) return false
  }
  return dots === 3 && digits > 0
}

/** By the first three numbers of an IPv4 address: no range that is not public is smaller, but the broadcast address inside a larger one. */
const publicNetworks = new Map<number, boolean>()
const REMEMBERED_NETWORKS = 65_536

/** True for an address that may be met on the internet. */
export function isPublicIp(canonical: string): boolean {
  const network = networkOf(canonical)
  if (network === undefined) return ipaddr.process(canonical).range() === 'unicast'
  const known = publicNetworks.get(network)
  if (known !== undefined) return known
  const isPublic = ipaddr.process(canonical).range() === 'unicast'
  if (publicNetworks.size >= REMEMBERED_NETWORKS) publicNetworks.clear()
  publicNetworks.set(network, isPublic)
  return isPublic
}

/** The first three numbers of a canonical IPv4 address as one. */
function networkOf(canonical: string): number | undefined {
  let network = 0
  let number = 0
  let dots = 0
  for (let at = 0; dots < 3; at += 1) {
    const code = canonical.charCodeAt(at)
    if (code === 46) {
      network = network * 256 + number
      number = 0
      dots += 1
    } else if (code >= 48 && code <= 57) number = number * 10 + code - 48
    else return undefined
  }
  return network
}

/** A port of 0 to 65535 from a number or decimal text. */
export function portNumber(value: unknown): number | undefined {
  const port = typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : NaN
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined
}

/** What a log says about one end of a connection: `ip` when it is an address, `address` otherwise. */
export function endpoint(text: string | undefined, port?: unknown): { ip?: string; address?: string; port?: number } | undefined {
  if (text === undefined || text === '' || text === '-') return undefined
  const ip = canonicalIp(text)
  const number = portNumber(port)
  return { ...(ip === undefined ? { address: text } : { ip }), ...(number === undefined ? {} : { port: number }) }
}
