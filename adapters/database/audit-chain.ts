// Appends audit rows to their tenant's chain at the end of a transaction; the head row is the lock.
import { GENESIS, canonical, type AuditEntry } from '../../core/audit/audit.js'
import type { Ids } from '../../core/ports/ids.js'
import type { Secrets } from '../../core/ports/secrets.js'
import type { Tables } from '../../core/ports/transaction.js'

interface Needs {
  readonly at: string
  readonly ids: Ids
  readonly secrets: Secrets
}

export async function appendAudit(tables: Tables, entries: readonly AuditEntry[], { at, ids, secrets }: Needs): Promise<void> {
  const tenants = [...new Set(entries.map(entry => entry.tenantId))].sort()
  for (const tenantId of tenants) {
    // The head is locked by an update before it is read, so the value read is the newest committed one.
    if ((await tables.auditHeads.update(tenantId, { id: tenantId }, { id: tenantId } as never)) === 0) {
      await tables.auditHeads.insertIfAbsent({ id: tenantId, tenantId, seq: 0, hash: GENESIS })
    }
    const head = await tables.auditHeads.get(tenantId, tenantId)
    let { seq, hash } = head ?? { seq: 0, hash: GENESIS }
    for (const entry of entries.filter(item => item.tenantId === tenantId)) {
      seq += 1
      const row = {
        id: ids.next(),
        tenantId,
        seq,
        at,
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        details: entry.details,
        traceId: entry.traceId ?? '',
        previous: hash,
      }
      hash = secrets.chainHash(canonical(row))
      await tables.auditRecords.insert({ ...row, hash })
    }
    await tables.auditHeads.update(tenantId, { id: tenantId }, { seq, hash })
  }
}
