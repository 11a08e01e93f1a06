// Networks as the declaration writes them: checked, brought to one spelling, compared. Used by the schema and the overlap checks.
import ipaddr from 'ipaddr.js'
import type { Path } from './faults.js'

/** The canonical text of an address or network, or why it is none. */
export function readNetwork(text: string): { readonly network: string } | { readonly problem: string } {
  const wrong = { problem: '要写成地址或网段，例如“10.20.0.0/16”' }
  const match = /^([0-9a-fA-F.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text)
  const base = match?.[1] ?? ''
  const valid = base.includes(':') ? ipaddr.IPv6.isValid(base) : ipaddr.IPv4.isValidFourPartDecimal(base)
  if (!match || !valid) return wrong
  const address = ipaddr.parse(base)
  // Addresses are unmapped before they are compared, so a mapped network would never match.
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return { problem: 'IPv4 映射的地址请直接写成 IPv4' }
  const size = address.kind() === 'ipv6' ? 128 : 32
  const bits = match[2] === undefined ? size : Number(match[2])
  if (bits > size) return wrong
  const spell = (value: ipaddr.IPv4 | ipaddr.IPv6): string => (value instanceof ipaddr.IPv6 ? value.toRFC5952String() : value.toString())
  const first = ipaddr.fromByteArray(edge(address.toByteArray(), bits, 0))
  // Whether the host or the network was meant would be a guess, and scanners act on it.
  if (spell(first) !== spell(address)) return { problem: `主机位不为零，网段应写成“${spell(first)}/${bits}”` }
  return { network: match[2] === undefined ? spell(address) : `${spell(address)}/${bits}` }
}

interface Range {
  readonly first: string
  readonly last: string
}

/** First and last address as text of fixed length per family, so that text order is address order. */
function rangeOf(network: string): Range {
  const [base = '', bits] = network.split('/')
  const bytes = ipaddr.parse(base).toByteArray()
  const length = bits === undefined ? bytes.length * 8 : Number(bits)
  const text = (fill: 0 | 255): string => `${bytes.length}:${Buffer.from(edge(bytes, length, fill)).toString('hex')}`
  return { first: text(0), last: text(255) }
}

function edge(bytes: readonly number[], bits: number, fill: 0 | 255): number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8))
    const mask = (0xff << (8 - kept)) & 0xff
    return (byte & mask) | (fill & ~mask & 0xff)
  })
}

export interface OwnedNetwork {
  /** Tenant code. */
  readonly owner: string
  /** Canonical. */
  readonly network: string
  /** The source's name. */
  readonly source: string
  /** Absent when it comes from the database. */
  readonly path?: Path
}

/**
 * Pairs of different owners whose networks overlap: a sender in both could not be assigned. Two networks are nested or apart, so one
 * sorted walk finds at least one pair for every owner in conflict. The first of a pair has a path when one of them has.
 */
export function overlaps(networks: readonly OwnedNetwork[]): (readonly [OwnedNetwork, OwnedNetwork])[] {
  const sorted = networks
    .map((item, index) => ({ item, index, range: rangeOf(item.network) }))
    .sort((a, b) => order(a.range.first, b.range.first) || order(b.range.last, a.range.last) || a.index - b.index)
  const around: typeof sorted = []
  const found: (readonly [OwnedNetwork, OwnedNetwork])[] = []
  for (const entry of sorted) {
    while (around.length > 0 && around[around.length - 1]!.range.last < entry.range.first) around.pop()
    const outer = around.at(-1)
    if (outer && outer.item.owner !== entry.item.owner) {
      const entryFirst = outer.item.path === undefined || (entry.item.path !== undefined && entry.index > outer.index)
      found.push(entryFirst ? [entry.item, outer.item] : [outer.item, entry.item])
    } else around.push(entry)
  }
  return found
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function overlapProblem(one: OwnedNetwork, other: OwnedNetwork): string {
  return `网段 ${one.network} 与单位 ${other.owner} 的日志源 ${other.source}（${other.network}）重叠，分不清日志是谁的`
}
