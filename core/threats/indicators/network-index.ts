// Finds the networks an address lies in with one look-up per prefix length in use; called by indicator-set.ts.
import ipaddr from 'ipaddr.js'

/** By prefix length, then by the masked address as text. */
type Lengths<T> = Map<number, Map<string, T>>

export class NetworkIndex<T> {
  private readonly families: Record<'ipv4' | 'ipv6', Lengths<T>> = { ipv4: new Map(), ipv6: new Map() }

  private networks = 0

  get size(): number {
    return this.networks
  }

  /** `cidr` must be valid; bits beyond the prefix are ignored. IPv4 and IPv6 are kept apart; the same network again replaces. */
  add(cidr: string, value: T): void {
    const [address, length] = ipaddr.parseCIDR(cidr)
    const lengths = this.families[address.kind()]
    const networks = lengths.get(length) ?? new Map<string, T>()
    const before = networks.size
    networks.set(masked(address.toByteArray(), length), value)
    this.networks += networks.size - before
    lengths.set(length, networks)
  }

  /** Narrowest first is not promised. */
  find(ip: string): T[] {
    const family = ip.includes(':') ? 'ipv6' : 'ipv4'
    const lengths = this.families[family]
    if (lengths.size === 0 || !ipaddr.isValid(ip)) return []
    const bytes = ipaddr.parse(ip).toByteArray()
    const found: T[] = []
    for (const [length, networks] of lengths) {
      const value = networks.get(masked(bytes, length))
      if (value !== undefined) found.push(value)
    }
    return found
  }
}

function masked(bytes: readonly number[], length: number): string {
  let text = ''
  for (let index = 0; index * 8 < length; index += 1) {
    const kept = Math.min(8, length - index * 8)
    text += String.fromCharCode(bytes[index]! & (0xff << (8 - kept)))
  }
  return text
}
