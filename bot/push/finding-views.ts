// Loads what the pushes about findings and assets show: lists by owner, whose turn it is, new machines with their ports.
import type { Asset, AssetStatus, ServiceEndpoint } from '../../core/assets/asset.js'
import { highRiskPorts } from '../../core/assets/high-risk-ports.js'
import { AppError } from '../../core/errors.js'
import { assetsOf } from '../../core/findings/find-findings.js'
import type { FindingCase } from '../../core/findings/finding-case.js'
import { openFindingStates } from '../../core/findings/finding-states.js'
import type { Finding } from '../../core/findings/finding.js'
import type { Tables } from '../../core/ports/transaction.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { plain } from '../cards/format.js'
import type { Said } from './push.js'

export interface FindingView {
  readonly tenant: Tenant
  readonly finding: Finding
  readonly row: FindingCase
  readonly asset: Asset | undefined
}

/** @throws NUMBER_NOT_FOUND */
export async function findingView(t: Tables, tenantId: string, findingId: string): Promise<FindingView> {
  const finding = await t.findings.get(tenantId, findingId)
  const row = await t.findingCases.get(tenantId, findingId)
  const tenant = await t.tenants.get(tenantId, tenantId)
  if (!finding || !row || !tenant) throw new AppError('NUMBER_NOT_FOUND', { number: findingId })
  return { tenant, finding, row, asset: (await assetsOf(t, tenantId, [finding])).get(finding.host) }
}

/** Cases somebody works on, open, with what they are about; the soonest first. */
export async function openWork(
  t: Tables,
  tenantId: string,
  where: { readonly owner?: string; readonly dispatchedSince?: string; readonly dueBefore?: string; readonly dueAfter?: string },
): Promise<{ finding: Finding; row: FindingCase }[]> {
  const rows = await t.findingCases.find(
    tenantId,
    {
      dispatchedAt: where.dispatchedSince === undefined ? { not: null } : { atLeast: where.dispatchedSince },
      ...(where.owner === undefined ? {} : { owner: where.owner }),
    },
    { limit: 5000 },
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  const ids = [...byId.keys()]
  const found: { finding: Finding; row: FindingCase }[] = []
  for (let at = 0; at < ids.length; at += 500)
    for (const finding of await t.findings.find(tenantId, {
      id: { oneOf: ids.slice(at, at + 500) },
      state: { oneOf: openFindingStates },
    })) {
      const row = byId.get(finding.id)
      if (!row || (where.dueBefore !== undefined && finding.dueAt >= where.dueBefore)) continue
      if (where.dueAfter !== undefined && finding.dueAt < where.dueAfter) continue
      found.push({ finding, row })
    }
  return found.sort((a, b) => (a.finding.dueAt < b.finding.dueAt ? -1 : 1))
}

export interface SeenAsset {
  readonly asset: Asset
  readonly services: readonly ServiceEndpoint[]
  readonly findings: number
}

/** Assets that came into a state since a moment, the riskiest first. */
export async function assetsSince(
  t: Tables,
  tenantId: string,
  column: 'firstSeenAt' | 'statusSince',
  since: string,
  status: AssetStatus,
): Promise<SeenAsset[]> {
  const assets = await t.assets.find(tenantId, { status, [column]: { atLeast: since } }, { limit: 500 })
  const items: SeenAsset[] = []
  for (const asset of assets) {
    const services = await t.assetServices.find(tenantId, { assetId: asset.id, closedAt: null }, { order: { port: 'asc' }, limit: 50 })
    const findings =
      asset.address === ''
        ? 0
        : await t.findings.count(tenantId, {
            host: asset.address,
            state: { oneOf: openFindingStates },
            severity: { oneOf: ['critical', 'high'] },
          })
    items.push({ asset, services, findings })
  }
  const risk = ({ services, findings }: SeenAsset) => 10 * findings + services.filter(({ port }) => highRiskPorts.has(port)).length
  return items.sort((a, b) => risk(b) - risk(a))
}

/** A line that rings the owner, and nobody when nobody owns it. */
export function ringing(owner: string | null | undefined, text: string): Pick<Said, 'mention'> {
  return owner ? { mention: { text: plain(text, 200), userIds: [owner] } } : {}
}
