// Incidents that look alike, across customers: for staff only. What three customers or more meet is a sign to escalate. Asked by `相似`.
import { instant, type Clock } from '../ports/clock.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import type { Alert, Incident } from './incident.js'
import { attackerNetwork } from './merge-key.js'
import { likeness, signatureOf } from './minhash.js'

const DAYS = 30
const MOST = 1_000
const ALIKE = 0.5
/** So many customers with the same thing are a sign to escalate. */
export const CLUSTER_TENANTS = 3

export interface SimilarIncident {
  readonly incident: Incident
  /** 0–1, estimated. */
  readonly likeness: number
}

export interface IncidentCluster {
  /** Newest first. */
  readonly incidents: readonly Incident[]
  readonly tenants: number
}

export class SimilarIncidents {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly clock: Clock }) {}

  /** The likest of the last 30 days first, its own left out. For roles that may see every customer. */
  async acrossTenantsSimilar(incident: Incident): Promise<readonly SimilarIncident[]> {
    const { incidents, signatures } = await this.acrossTenantsRecent(incident)
    const own = signatures.get(incident.id)!
    return incidents
      .filter(one => one.id !== incident.id)
      .map(one => ({ incident: one, likeness: likeness(own, signatures.get(one.id)!) }))
      .filter(one => one.likeness >= ALIKE)
      .sort((a, b) => b.likeness - a.likeness || (a.incident.lastAt < b.incident.lastAt ? 1 : -1))
  }

  /** What three customers or more have met in the last 30 days: a sign to escalate. Widest spread first. */
  async acrossTenantsClusters(): Promise<readonly IncidentCluster[]> {
    const { incidents, signatures } = await this.acrossTenantsRecent()
    const clusters: { leader: Uint32Array; incidents: Incident[] }[] = []
    // A day of scanning looks alike everywhere and says nothing.
    for (const incident of incidents.filter(one => one.eventType !== 'scan_probe')) {
      const signature = signatures.get(incident.id)!
      const known = clusters.find(cluster => likeness(cluster.leader, signature) >= ALIKE)
      if (known) known.incidents.push(incident)
      else clusters.push({ leader: signature, incidents: [incident] })
    }
    return clusters
      .map(({ incidents: members }) => ({ incidents: members, tenants: new Set(members.map(one => one.tenantId)).size }))
      .filter(cluster => cluster.tenants >= CLUSTER_TENANTS)
      .sort((a, b) => b.tenants - a.tenants)
  }

  private async acrossTenantsRecent(with_?: Incident): Promise<{ incidents: Incident[]; signatures: Map<string, Uint32Array> }> {
    const since = instant(this.needs.clock.now() - DAYS * 86_400_000)
    return this.needs.transactions.read(async t => {
      const incidents = await t.incidents.acrossTenantsFind({ lastAt: { atLeast: since } }, { order: { lastAt: 'desc' }, limit: MOST })
      if (with_ && !incidents.some(one => one.id === with_.id)) incidents.push(with_)
      const alerts = await acrossTenantsAlerts(t, incidents)
      return { incidents, signatures: new Map(incidents.map(one => [one.id, signatureOf(featuresOf(one, alerts.get(one.id) ?? []))])) }
    })
  }
}

async function acrossTenantsAlerts(t: Tables, incidents: readonly Incident[]): Promise<Map<string, Alert[]>> {
  const byIncident = new Map<string, Alert[]>()
  for (let at = 0; at < incidents.length; at += 200) {
    const ids = incidents.slice(at, at + 200).map(one => one.id)
    for (const alert of await t.alerts.acrossTenantsFind({ incidentId: { oneOf: ids } }, { limit: 2_000 }))
      byIncident.set(alert.incidentId, [...(byIncident.get(alert.incidentId) ?? []), alert])
  }
  return byIncident
}

/** What makes two incidents alike: the kind, the way, the rules and indicators, where it came from, what kind of machine was met. */
export function featuresOf(incident: Incident, alerts: readonly Alert[]): Set<string> {
  const features = new Set<string>([`type:${incident.eventType}`, `result:${incident.attackResult}`])
  for (const alert of alerts) {
    features.add(`type:${alert.eventType}`)
    features.add(`rule:${alert.modelId}:${alert.ruleId}`)
    for (const technique of alert.attack) features.add(`attack:${technique}`)
  }
  // The same source counts most: its network stands for itself and for its addresses.
  for (const { ip } of incident.attackers.slice(0, 10)) {
    features.add(`network:${attackerNetwork(ip)}`)
    features.add(`ip:${ip}`)
  }
  const kind = incident.victim.host?.toLowerCase().split('.')[0]?.replaceAll(/\d+/g, '#')
  if (kind) features.add(`asset:${kind}`)
  return features
}
