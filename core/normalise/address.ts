// Recognises IP addresses and ports in untrusted text; called by every payload parser before an address enters an event.
import ipaddr from 'ipaddr.js'

/** Longest text of an IPv6 address with an embedded IPv4 part and a zone. */
const MAX_ADDRESS_LENGTH = 64

/**
 * The canonical text of an address: IPv4 in dotted decimals (also when it came as `::ffff:1.2.3.4`), IPv6 as RFC 5952 writes it.
 * Brackets and a zone (`[fe80::1%eth0]`) are taken off. Undefined when it is not an address; `10.1` and `0x7f.1` are not.
 */
export function canonicalIp(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length < 2 || text.length > MAX_ADDRESS_LENGTH) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text
  if (!text.includes(':')) return undefined
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const zone = bare.indexOf('%')
  const address = zone === -1 ? bare : bare.slice(0, zone)
  if (!ipaddr.IPv6.isValid(address)) return undefined
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String()
}

/** True for an address that may be met on the internet. */
export function isPublicIp(canonical: string): boolean {
  return ipaddr.process(canonical).range() === 'unicast'
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
