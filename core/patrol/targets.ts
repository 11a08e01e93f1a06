// From what people write as the range of a patrol to addresses: networks cut into single hosts, names kept for resolution. Pure.
import ipaddr from 'ipaddr.js'

/** More than this is not one patrol: it is several. */
export const MOST_HOSTS = 65_536

const NAME = /^(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/

export type Target =
  { readonly kind: 'network'; readonly network: string; readonly hosts: number } | { readonly kind: 'name'; readonly name: string }

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Canonical, IPv4-mapped addresses as IPv4; undefined for anything that is not exactly an address. */
export function readAddress(text: string): Address | undefined {
  const valid = text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
  if (!valid) return undefined
  const address = ipaddr.process(text)
  return address instanceof ipaddr.IPv6 && address.zoneId !== undefined ? undefined : address
}

/** An address, a network or a full name; undefined for anything else, options of programs included. */
export function readTarget(input: string): Target | undefined {
  const text = input.trim().toLowerCase()
  const [base = '', bits, more] = text.split('/')
  const address = readAddress(base)
  if (address && more === undefined) {
    const size = address.kind() === 'ipv6' ? 128 : 32
    const wide = base.includes(':') && address.kind() === 'ipv4'
    if (bits === undefined) return { kind: 'network', network: address.toString(), hosts: 1 }
    if (wide || !/^\d{1,3}$/.test(bits) || Number(bits) > size) return undefined
    const free = size - Number(bits)
    return { kind: 'network', network: `${address.toString()}/${bits}`, hosts: free > 24 ? Number.MAX_SAFE_INTEGER : 2 ** free }
  }
  return bits === undefined && NAME.test(text) && !/\.\d+$/.test(text) ? { kind: 'name', name: text } : undefined
}

export function inNetwork(network: string, address: Address): boolean {
  const [base = '', bits] = network.split('/')
  const parsed = ipaddr.process(base)
  if (parsed.kind() !== address.kind()) return false
  return address.match(parsed, bits === undefined ? (parsed.kind() === 'ipv6' ? 128 : 32) : Number(bits))
}

/** Every host of a network of at most `MOST_HOSTS`; of IPv4 networks up to /30 without network and broadcast address. */
export function* hostsOf(network: string): Generator<string> {
  const [base = '', bits] = network.split('/')
  const address = ipaddr.process(base)
  const bytes = address.toByteArray()
  const free = bytes.length * 8 - (bits === undefined ? bytes.length * 8 : Number(bits))
  if (free > 16) return
  const count = 2 ** free
  const start = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & ~((1n << BigInt(free)) - 1n)
  const edges = address.kind() === 'ipv4' && free >= 2
  for (let n = edges ? 1 : 0; n < (edges ? count - 1 : count); n++) {
    let value = start + BigInt(n)
    const out: number[] = bytes.map(() => 0)
    for (let i = out.length - 1; i >= 0; i--) {
      out[i] = Number(value & 0xffn)
      value >>= 8n
    }
    yield ipaddr.fromByteArray(out).toString()
  }
}
