// Gives findings the number people know them by, when somebody has to see it; called by everything that shows findings or works on them.
import type { Tx } from '../ports/transaction.js'
import type { FindingCase } from './finding-case.js'
import type { Finding } from './finding.js'

/** In the order of the findings given; all of one tenant. */
export async function openCases(tx: Tx, tenantId: string, findings: readonly Finding[]): Promise<FindingCase[]> {
  if (findings.length === 0) return []
  const known = new Map<string, FindingCase>()
  for (let at = 0; at < findings.length; at += 500)
    for (const row of await tx.findingCases.find(tenantId, { id: { oneOf: findings.slice(at, at + 500).map(({ id }) => id) } }))
      known.set(row.id, row)
  const missing = findings.filter(({ id }) => !known.has(id))
  if (missing.length > 0) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    for (const { id } of missing) {
      if (!tenant || known.has(id)) continue
      const row: FindingCase = {
        id,
        tenantId,
        number: await tx.number('FD', tenant),
        assetId: null,
        owner: null,
        dispatchedAt: null,
        extension: null,
        assessment: null,
        assessedAt: null,
        updatedAt: tx.at,
      }
      const kept = (await tx.findingCases.insertIfAbsent(row)) ? row : await tx.findingCases.get(tenantId, id)
      if (kept) known.set(id, kept)
    }
  }
  return findings.flatMap(({ id }) => known.get(id) ?? [])
}

export async function openCase(tx: Tx, finding: Finding): Promise<FindingCase> {
  const [row] = await openCases(tx, finding.tenantId, [finding])
  if (!row) throw new Error(`no customer for finding ${finding.id}`)
  return row
}
