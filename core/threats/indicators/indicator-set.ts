// Indicators of compromise ready for look-up; made once when content is loaded, asked by models/intel-match.ts for every event.
import { canonicalUrl, canonicalValue, comparableName } from './canonical-value.js'
import type { Indicator } from './indicator.js'
import { NetworkIndex } from './network-index.js'

/** About 300 bytes each. */
const MAX_INDICATORS = 2_000_000

export interface RefusedIndicator {
  readonly indicator: Indicator
  readonly problem: string
}

export class IndicatorSet {
  private readonly exact = new Map<string, Indicator>()
  private readonly networks = new NetworkIndex<Indicator>()
  readonly refused: RefusedIndicator[] = []

  /** Of two indicators with the same type and value the later one counts: an operator's own lie over those shipped. */
  constructor(indicators: Iterable<Indicator> = []) {
    for (const indicator of indicators) this.add(indicator)
  }

  get size(): number {
    return this.exact.size + this.networks.size
  }

  /** Indicators for an address, and for the address with that port. */
  address(ip: string, port?: number): Indicator[] {
    const found = this.networks.find(ip)
    this.collect(found, ip.includes(':') ? `ipv6 ${ip}` : `ipv4 ${ip}`)
    if (port !== undefined) this.collect(found, `ipv4:port ${ip}:${port}`)
    return found
  }

  /** Indicators for a name and for the names it lies below, at dots only. */
  domain(name: string): Indicator[] {
    const found: Indicator[] = []
    let rest = comparableName(name)
    for (;;) {
      this.collect(found, `domain ${rest}`)
      const dot = rest.indexOf('.')
      if (dot === -1) return found
      rest = rest.slice(dot + 1)
    }
  }

  /** The URL only; its host is asked for with `address` or `domain`. */
  url(url: string): Indicator[] {
    const found: Indicator[] = []
    const canonical = canonicalUrl(url)
    if (canonical !== undefined) this.collect(found, `url ${canonical}`)
    return found
  }

  hash(type: 'md5' | 'sha256', value: string): Indicator[] {
    const found: Indicator[] = []
    this.collect(found, `${type} ${value.toLowerCase()}`)
    return found
  }

  private collect(found: Indicator[], key: string): void {
    const indicator = this.exact.get(key)
    if (indicator !== undefined) found.push(indicator)
  }

  private add(indicator: Indicator): void {
    const value = canonicalValue(indicator.type, indicator.value)
    if (value === undefined) return void this.refuse(indicator, `不是有效的 ${indicator.type}`)
    if (this.size >= MAX_INDICATORS) return void this.refuse(indicator, `情报超过 ${MAX_INDICATORS} 条`)
    if (indicator.type === 'cidr') this.networks.add(value, indicator)
    else this.exact.set(`${indicator.type} ${value}`, indicator)
  }

  /** The first ones are enough to see what is wrong with a list. */
  private refuse(indicator: Indicator, problem: string): void {
    if (this.refused.length < 100) this.refused.push({ indicator, problem })
  }
}
