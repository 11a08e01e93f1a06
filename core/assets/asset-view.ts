// One asset with what is weak on it, what attacked it and what it suffered: for the card of `资产`. Reads only.
import { openFindingStates } from '../findings/finding-states.js'
import type { Finding } from '../findings/finding.js'
import type { Tables } from '../ports/transaction.js'
import type { Incident } from '../threats/incident.js'
import { finalStates } from '../tickets/incident-states.js'
import type { Asset, ServiceEndpoint } from './asset.js'

const SERVICES = 100
const FINDINGS = 2000
const INCIDENTS = 500

export interface AssetView {
  readonly asset: Asset
  /** Open ones, by port. */
  readonly services: readonly ServiceEndpoint[]
  /** Open ones. */
  readonly findings: readonly Finding[]
  /** It is the victim; the newest first. */
  readonly incidents: readonly Incident[]
  readonly openIncidents: number
  /** Times it is told to have attacked others: an attacker from inside is a victim as well. */
  readonly attacksBy: number
}

export async function loadAssetView(t: Tables, asset: Asset): Promise<AssetView> {
  const { tenantId } = asset
  const hosts = [...new Set([asset.address, ...asset.addresses.map(({ address }) => address), asset.hostname.toLowerCase()])].filter(
    Boolean,
  )
  const services = await t.assetServices.find(tenantId, { assetId: asset.id, closedAt: null }, { order: { port: 'asc' }, limit: SERVICES })
  const findings = await t.findings.find(
    tenantId,
    { host: { oneOf: hosts }, state: { oneOf: openFindingStates } },
    { order: { dueAt: 'asc' }, limit: FINDINGS },
  )
  const recent = await t.incidents.find(tenantId, {}, { order: { createdAt: 'desc' }, limit: INCIDENTS })
  const is = (ip: string | null | undefined, host?: string | null) =>
    (ip !== undefined && ip !== null && hosts.includes(ip)) || (host !== undefined && host !== null && hosts.includes(host.toLowerCase()))
  const incidents = recent.filter(({ victim }) => is(victim.ip, victim.host))
  const attacksBy = recent.filter(({ attackers }) => attackers.some(({ ip }) => is(ip))).length
  let openIncidents = 0
  if (incidents.length > 0)
    openIncidents = await t.tickets.count(tenantId, {
      subjectId: { oneOf: incidents.map(({ id }) => id) },
      state: { noneOf: finalStates },
    })
  return { asset, services, findings, incidents, openIncidents, attacksBy }
}
