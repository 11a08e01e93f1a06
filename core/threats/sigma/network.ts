// Addresses and networks as Sigma's `cidr` and the indicators compare them: by number, IPv4 and IPv6 always apart.
import ipaddr from 'ipaddr.js'

export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

export interface Network extends Address {
  /** Leading bits that count. */
  readonly bits: number
}

const MAX_LENGTH = 64

/** Undefined for text that is no address; `10.1`, zones and brackets are none. An IPv4 address written in IPv6 stays IPv6. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 4, value: numberOf(ipaddr.IPv4.parse(text)) }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return { family: 6, value: numberOf(ipaddr.IPv6.parse(text)) }
}

/** `a.b.c.d/n` or `x::/n`; an address alone is a network of one. Bits behind the prefix do not matter. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const width = widthOf(address.family)
  const length = slash === -1 ? String(width) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return undefined
  const bits = Number(length)
  return { family: address.family, bits, value: prefixOf(address, bits) }
}

export function isInside(address: Address, network: Network): boolean {
  return address.family === network.family && prefixOf(address, network.bits) === network.value
}

/** The leading `bits` of an address as a number; equal for all addresses of one network of that length. */
export function prefixOf(address: Address, bits: number): bigint {
  return address.value >> BigInt(widthOf(address.family) - bits)
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128
}

function numberOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
