// Several lists as one, replaced as a whole while models look things up: what all tenants of a process share. Filled by app/roles/worker.ts.
import type { HashType, Indicator, IndicatorLookup } from './indicator.js'

export class LayeredLookup implements IndicatorLookup {
  private layers: readonly IndicatorLookup[] = []

  constructor(private first: IndicatorLookup) {}

  replaceOwn(first: IndicatorLookup): void {
    this.first = first
  }

  /** From the next question on these are asked besides the first. */
  replace(layers: readonly IndicatorLookup[]): void {
    this.layers = layers.filter(layer => layer.size > 0)
  }

  get size(): number {
    return this.layers.reduce((sum, layer) => sum + layer.size, this.first.size)
  }
  address(ip: string, port?: number): Indicator[] {
    return this.all(layer => layer.address(ip, port))
  }
  domain(name: string): Indicator[] {
    return this.all(layer => layer.domain(name))
  }
  url(url: string): Indicator[] {
    return this.all(layer => layer.url(url))
  }
  hash(type: HashType, value: string): Indicator[] {
    return this.all(layer => layer.hash(type, value))
  }

  private all(ask: (layer: IndicatorLookup) => Indicator[]): Indicator[] {
    const found = ask(this.first)
    for (const layer of this.layers) for (const indicator of ask(layer)) found.push(indicator)
    return found
  }
}
