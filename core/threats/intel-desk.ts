// Everything we know about one address, name, URL or file: lists, a customer's own incidents of 30 days, what was done. Asked by `查`.
import { instant, type Clock } from '../ports/clock.js'
import type { Disposal } from '../disposal/disposal.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import type { Incident } from './incident.js'
import { canonicalValue, typeOf } from './indicators/canonical-value.js'
import type { Indicator, IndicatorType } from './indicators/indicator.js'
import type { IntelBook } from './indicators/intel-book.js'
import { refang } from './indicators/refang.js'
import type { Warning } from './indicators/warning-lists.js'

const DAYS = 30
const DAY = 86_400_000
const MOST = 1_000

export interface Known {
  readonly indicator: Indicator
  readonly expired: boolean
}

export interface Findings {
  readonly type: IndicatorType
  /** Canonical. */
  readonly value: string
  /** Surest first; what has run out last. */
  readonly lists: readonly Known[]
  readonly warning: Warning | undefined
  /** Of the customers asked for, newest first. */
  readonly incidents: readonly Incident[]
  readonly disposals: readonly Disposal[]
  /** Other customers that met it, without saying which. */
  readonly elsewhere: number
}

/** A value as a person writes it, defanged or not; undefined when it is none of the kinds that are known. */
export function readValue(text: string): { readonly type: IndicatorType; readonly value: string } | undefined {
  const plain = refang(text)
  const type = plain.length > 2_048 ? undefined : typeOf(plain)
  const value = type && canonicalValue(type, plain)
  return type && value !== undefined ? { type, value } : undefined
}

export class IntelDesk {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock; readonly book: () => IntelBook }) {}

  /** @param tenantId undefined: all customers, for staff */
  async about(asked: { readonly type: IndicatorType; readonly value: string }, tenantId: string | undefined): Promise<Findings> {
    const { type, value } = asked
    const book = this.needs.book()
    const now = this.needs.clock.now()
    const found = lookUp(book, type, value)
    const lists = found
      .map(indicator => ({ indicator, expired: hasExpired(indicator, now) }))
      .sort((a, b) => Number(a.expired) - Number(b.expired) || b.indicator.confidence - a.indicator.confidence)
    const self: Indicator = { type, value, kind: 'c2', confidence: 0, source: '' }
    const local = await this.needs.transactions.read(t => localFindings(t, type, value, instant(now - DAYS * DAY), tenantId))
    return { type, value, lists, warning: book.warnings.about(self), ...local }
  }
}

function lookUp({ lookup }: IntelBook, type: IndicatorType, value: string): Indicator[] {
  switch (type) {
    case 'ipv4':
    case 'ipv6':
      return lookup.address(value)
    case 'ipv4:port':
    case 'ipv6:port': {
      const colon = value.lastIndexOf(':')
      return lookup.address(value.slice(0, colon).replace(/^\[|\]$/g, ''), Number(value.slice(colon + 1)))
    }
    case 'cidr':
      return lookup.address(value.split('/', 1)[0]!).filter(one => one.type === 'cidr')
    case 'domain':
      return lookup.domain(value)
    case 'url': {
      const host = value.split('/', 1)[0]!
      const bare = host.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1')
      return [...lookup.url(value), ...(/^[\d.]+$|:/.test(bare) ? lookup.address(bare) : lookup.domain(bare))]
    }
    case 'md5':
    case 'sha1':
    case 'sha256':
      return lookup.hash(type, value)
  }
}

function hasExpired({ type, expires, lastSeen, firstSeen }: Indicator, now: number): boolean {
  if (expires !== undefined) return now >= Date.parse(expires)
  const seen = lastSeen ?? firstSeen
  if (seen === undefined || type === 'md5' || type === 'sha1' || type === 'sha256') return false
  return now >= Date.parse(seen) + (type === 'domain' || type === 'url' ? 90 : 30) * DAY
}

async function localFindings(t: Tables, type: IndicatorType, value: string, since: string, tenantId: string | undefined) {
  const options = { order: { lastAt: 'desc' }, limit: MOST } as const
  const incidents = await t.incidents.acrossTenantsFind({ lastAt: { atLeast: since } }, options)
  const named = new Set(
    (await t.alerts.acrossTenantsFind({ lastAt: { atLeast: since }, ruleId: `${type}:${value}`.slice(0, 128) }, options)).map(
      alert => alert.incidentId,
    ),
  )
  const address = value.replace(/^\[([^\]]+)\]:\d+$|^([\d.]+):\d+$/, '$1$2')
  const met = incidents.filter(
    incident => named.has(incident.id) || incident.victim.ip === address || incident.attackers.some(({ ip }) => ip === address),
  )
  const isOwn = (one: { tenantId: string }) => tenantId === undefined || one.tenantId === tenantId
  const disposals = await t.disposals.acrossTenantsFind({ target: address.slice(0, 64) }, { order: { proposedAt: 'desc' }, limit: 50 })
  // A customer's own machine is nobody else's business, whatever number it has there.
  const elsewhere = new Set(met.filter(one => !isOwn(one) && one.victim.ip !== address).map(one => one.tenantId)).size
  return { incidents: met.filter(isOwn), disposals: disposals.filter(isOwn), elsewhere }
}
