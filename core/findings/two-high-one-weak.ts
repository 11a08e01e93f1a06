// 两高一弱 (domain.md 4.5): high-risk vulnerabilities, high-risk ports, weak passwords: how many, which, overdue, whose, and how many are repaired.
import { highRiskPorts } from '../assets/high-risk-ports.js'
import type { Asset, ServiceEndpoint } from '../assets/asset.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import { listed, matching, type FindingQuestion, type Listed } from './find-findings.js'

export interface Share {
  readonly open: number
  readonly overdue: number
  readonly fixed: number
  /** 0 to 1; null when there has been nothing to repair. */
  readonly rate: number | null
  /** Owners of what is open, with how many; `''` for what nobody has claimed. */
  readonly owners: readonly { readonly name: string; readonly open: number }[]
}

export interface TwoHighOneWeak {
  readonly vulnerabilities: Share
  readonly ports: Share
  readonly passwords: Share
}

export interface RiskyPort {
  readonly service: ServiceEndpoint
  readonly asset: Asset | undefined
}

export interface TwoHighOneWeakList {
  readonly vulnerabilities: readonly Listed[]
  readonly ports: readonly RiskyPort[]
  readonly passwords: readonly Listed[]
}

const vulnerabilities: FindingQuestion = { kinds: ['vulnerability'], severities: ['critical', 'high'] }
const passwords: FindingQuestion = { kinds: ['weak_credential'] }
const PORTS = 20_000

/** Everything of the three, with numbers for the first `most` of each. */
export async function twoHighOneWeak(
  transactions: Transactions,
  tenantId: string,
  most: number,
): Promise<{ figures: TwoHighOneWeak; list: TwoHighOneWeakList }> {
  return transactions.run(async tx => {
    const share = async (question: FindingQuestion) => {
      const found = await matching(tx, tenantId, question, tx.at)
      const rows = await listed(tx, tenantId, found, most)
      const where = { kind: { oneOf: question.kinds ?? [] }, ...(question.severities ? { severity: { oneOf: question.severities } } : {}) }
      const fixed = await tx.findings.count(tenantId, { ...where, state: 'fixed' })
      const overdue = found.filter(({ dueAt }) => dueAt < tx.at).length
      return {
        rows,
        share: shareOf(
          found.length,
          overdue,
          fixed,
          rows.map(({ asset }) => asset),
        ),
      }
    }
    const high = await share(vulnerabilities)
    const weak = await share(passwords)
    const { open, closed } = await riskyPorts(tx, tenantId)
    return {
      // Nobody has promised when a port is closed: an unwanted exposure has its own date (domain.md 5.5).
      figures: {
        vulnerabilities: high.share,
        ports: shareOf(
          open.length,
          0,
          closed,
          open.map(({ asset }) => asset),
        ),
        passwords: weak.share,
      },
      list: { vulnerabilities: high.rows, ports: open.slice(0, most), passwords: weak.rows },
    }
  })
}

async function riskyPorts(t: Tables, tenantId: string): Promise<{ open: RiskyPort[]; closed: number }> {
  const port = { oneOf: [...highRiskPorts] }
  const services = await t.assetServices.find(tenantId, { port, closedAt: null }, { order: { port: 'asc' }, limit: PORTS })
  const closed = await t.assetServices.count(tenantId, { port, closedAt: { not: null } })
  const assets = new Map<string, Asset>()
  const ids = [...new Set(services.map(({ assetId }) => assetId))]
  for (let at = 0; at < ids.length; at += 500)
    for (const asset of await t.assets.find(tenantId, { id: { oneOf: ids.slice(at, at + 500) } })) assets.set(asset.id, asset)
  const open = services
    .map(service => ({ service, asset: assets.get(service.assetId) }))
    .filter(({ asset }) => asset?.status !== 'offline' && asset?.status !== 'lost')
  return { open, closed }
}

function shareOf(open: number, overdue: number, fixed: number, assets: readonly (Asset | undefined)[]): Share {
  const owners = new Map<string, number>()
  for (const asset of assets) owners.set(asset?.ownerName ?? '', (owners.get(asset?.ownerName ?? '') ?? 0) + 1)
  return {
    open,
    overdue,
    fixed,
    rate: open + fixed === 0 ? null : fixed / (open + fixed),
    owners: [...owners].map(([name, count]) => ({ name, open: count })).sort((a, b) => b.open - a.open),
  }
}
