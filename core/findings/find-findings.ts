// Finds the findings a sentence means, with their numbers, assets, owners and priority; reads, but for the numbers it gives. Called by finding-desk.ts and exports.
import type { Asset } from '../assets/asset.js'
import type { Tables, Tx } from '../ports/transaction.js'
import type { Severity } from '../threats/terms.js'
import type { Priority } from '../vulnerabilities/priority.js'
import { openCases } from './open-case.js'
import type { FindingCase } from './finding-case.js'
import { findingPriority } from './finding-priority.js'
import { openFindingStates } from './finding-states.js'
import type { Finding, FindingState } from './finding.js'

/** Rows looked through; more are named as more. */
export const LOADED = 20_000

export interface FindingQuestion {
  readonly kinds?: readonly Finding['kind'][] | undefined
  readonly severities?: readonly Severity[] | undefined
  /** Open ones when absent. */
  readonly states?: readonly FindingState[] | undefined
  readonly cve?: string | undefined
  readonly hosts?: readonly string[] | undefined
  readonly overdue?: boolean | undefined
  readonly owner?: string | undefined
  /** A word of title, description of the place, CVE. */
  readonly word?: string | undefined
}

export interface Listed {
  readonly finding: Finding
  readonly row: FindingCase
  readonly asset: Asset | undefined
  readonly priority: Priority
  readonly isOverdue: boolean
}

/** Without numbers: what is asked of many. */
export async function matching(t: Tables, tenantId: string, question: FindingQuestion, now: string): Promise<Finding[]> {
  const { kinds, severities, states = openFindingStates, hosts, overdue, cve, word } = question
  const rows = await t.findings.find(
    tenantId,
    {
      state: { oneOf: states },
      ...(kinds ? { kind: { oneOf: kinds } } : {}),
      ...(severities ? { severity: { oneOf: severities } } : {}),
      ...(hosts ? { host: { oneOf: hosts } } : {}),
      ...(overdue === true ? { dueAt: { below: now } } : {}),
    },
    { order: { dueAt: 'asc' }, limit: LOADED },
  )
  const wanted = word?.toLowerCase()
  return rows.filter(
    ({ title, checkKey, details, host }) =>
      (cve === undefined || details.cve.includes(cve) || checkKey.includes(cve) || title.includes(cve)) &&
      (wanted === undefined ||
        [title, host, checkKey, ...details.cve].some(text => text.toLowerCase().includes(wanted)) ||
        details.description.toLowerCase().includes(wanted)),
  )
}

/** The gravest first. `most`: only so many are given numbers and returned. */
export async function listed(tx: Tx, tenantId: string, findings: readonly Finding[], most: number, owner?: string): Promise<Listed[]> {
  const assets = await assetsOf(tx, tenantId, findings)
  const cases = new Map<string, FindingCase>()
  for (let at = 0; at < findings.length; at += 500)
    for (const row of await tx.findingCases.find(tenantId, { id: { oneOf: findings.slice(at, at + 500).map(({ id }) => id) } }))
      cases.set(row.id, row)
  const ranked = findings
    .map(finding => {
      const row = cases.get(finding.id)
      const asset = assets.get(finding.host)
      return { finding, asset, owner: row?.owner ?? asset?.owner ?? null, priority: findingPriority(finding, row, asset) }
    })
    .filter(item => owner === undefined || item.owner === owner)
    .sort((a, b) => b.priority.risk - a.priority.risk || (a.finding.dueAt < b.finding.dueAt ? -1 : 1))
    .slice(0, most)
  const rows = await openCases(
    tx,
    tenantId,
    ranked.map(({ finding }) => finding),
  )
  return ranked.flatMap(({ finding, asset, priority }, index) => {
    const row = rows[index]
    return row ? [{ finding, row, asset, priority, isOverdue: isOverdue(finding, tx.at) }] : []
  })
}

export const isOverdue = ({ state, dueAt }: Finding, now: string): boolean => openFindingStates.includes(state) && dueAt < now

/** By host as findings name it: address, or name of the machine. */
export async function assetsOf(t: Tables, tenantId: string, findings: readonly { readonly host: string }[]): Promise<Map<string, Asset>> {
  const hosts = [...new Set(findings.map(({ host }) => host))].filter(host => host !== '')
  const found = new Map<string, Asset>()
  for (let at = 0; at < hosts.length; at += 500) {
    const some = hosts.slice(at, at + 500)
    for (const asset of await t.assets.find(tenantId, { address: { oneOf: some } })) found.set(asset.address, asset)
    const names = some.filter(host => !found.has(host) && /[a-z]/i.test(host) && !host.includes(':'))
    if (names.length > 0)
      for (const asset of await t.assets.find(tenantId, { hostname: { oneOf: names } })) found.set(asset.hostname, asset)
  }
  return found
}
