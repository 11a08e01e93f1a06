// Which source of which customer a sender or a token belongs to; read anew every few seconds, asked for every batch.
import ipaddr from 'ipaddr.js'
import type { Clock } from '../ports/clock.js'
import type { Transactions } from '../ports/transaction.js'
import { readStructuredData } from '../normalise/structured-data.js'
import { hashToken } from '../tenants/declaration/hash-token.js'
import type { Source } from '../tenants/tenant.js'

const FRESH_MILLISECONDS = 3000
/** `[guanjia token="…"]` in the structured data of RFC 5424, for senders behind address translation. */
const TOKEN = /\[guanjia(?:@\d{1,10})? token="([^"\]\s]{8,200})"\]/
/** Header of RFC 5424 up to the structured data. */
const HEADER = /^\ufeff?<\d{1,3}>1 (?:\S{1,255} ){5}/

interface Known {
  readonly at: number
  readonly byHash: ReadonlyMap<string, Source>
  readonly networks: readonly { readonly source: Source; readonly network: ipaddr.IPv4 | ipaddr.IPv6; readonly bits: number }[]
}

export class SourceMap {
  private known: Known | undefined
  private loading: Promise<Known> | undefined
  private readonly bySender = new Map<string, Source | undefined>()
  constructor(private readonly needs: { transactions: Transactions; clock: Clock }) {}

  async byToken(token: string): Promise<Source | undefined> {
    return (await this.load()).byHash.get(hashToken(token))
  }

  /**
   * The source of a syslog line: by the token it carries, else by the narrowest network the sender is in.
   * The token is taken out of the line: it must not lie in the archive.
   */
  async ofSyslog(peer: string, raw: string): Promise<{ source: Source | undefined; raw: string }> {
    return (await this.syslogLines())(peer, raw)
  }

  /** The same for many lines: what is known is asked for once. */
  async syslogLines(): Promise<(peer: string, raw: string) => { source: Source | undefined; raw: string }> {
    const { byHash } = await this.load()
    return (peer, raw) => this.sourceOf(byHash, peer, raw)
  }

  private sourceOf(byHash: ReadonlyMap<string, Source>, peer: string, raw: string): { source: Source | undefined; raw: string } {
    const carried = tokenOf(raw)
    if (carried) {
      const source = byHash.get(hashToken(carried.token))
      return { source: source?.type === 'syslog' ? source : undefined, raw: carried.rest }
    }
    if (!this.bySender.has(peer)) {
      if (this.bySender.size > 10_000) this.bySender.clear()
      this.bySender.set(peer, this.narrowest(peer))
    }
    return { source: this.bySender.get(peer), raw }
  }

  /** The source a sender's UDP belongs to when only its address is known. */
  async ofPeer(peer: string): Promise<Source | undefined> {
    await this.load()
    return this.narrowest(peer)
  }

  /** Sources of one type, of all customers. */
  async ofType(type: string): Promise<readonly Source[]> {
    return [...(await this.load()).byHash.values()].filter(source => source.type === type)
  }

  private narrowest(peer: string): Source | undefined {
    if (!ipaddr.isValid(peer)) return undefined
    const address = ipaddr.process(peer)
    return this.known?.networks.find(({ network, bits }) => network.kind() === address.kind() && address.match(network, bits))?.source
  }

  private async load(): Promise<Known> {
    const now = this.needs.clock.now()
    if (this.known && now - this.known.at < FRESH_MILLISECONDS) return this.known
    this.loading ??= this.read(now).finally(() => {
      this.loading = undefined
    })
    // While the database is away the last known map goes on serving: accepted events must not depend on it.
    return this.known ? this.loading.catch(() => this.known!) : this.loading
  }

  private async read(now: number): Promise<Known> {
    const sources = await this.needs.transactions.read(t => t.sources.acrossTenantsFind({}))
    const networks = sources
      .filter(source => source.type === 'syslog')
      .flatMap(source => source.networks.map(text => ({ source, ...parse(text) })))
      .sort((a, b) => b.bits - a.bits)
    this.known = { at: now, byHash: new Map(sources.map(source => [source.tokenHash, source])), networks }
    this.bySender.clear()
    return this.known
  }
}

/**
 * Only where the sender's syslog writes it: in the text of the message anybody may write anything, a user name for instance,
 * and a line with a false token would be dropped.
 */
function tokenOf(raw: string): { token: string; rest: string } | undefined {
  const start = HEADER.exec(raw)?.[0].length
  const end = start === undefined ? undefined : readStructuredData(raw, start)?.end
  if (start === undefined || end === undefined) return undefined
  const data = raw.slice(start, end)
  const token = TOKEN.exec(data)
  // `-` stands for "no structured data" and only alone.
  return token
    ? { token: token[1] ?? '', rest: `${raw.slice(0, start)}${data.replaceAll(token[0], '') || '-'}${raw.slice(end)}` }
    : undefined
}

function parse(text: string): { network: ipaddr.IPv4 | ipaddr.IPv6; bits: number } {
  const [network, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.process(text), text.includes(':') ? 128 : 32]
  return { network, bits }
}
