// Checks a tenant's audit chain from the first row to the head and names the first row that is not as it was written.
import type { Secrets } from '../ports/secrets.js'
import type { Tables } from '../ports/transaction.js'
import { GENESIS, canonical, type AuditHead, type AuditRecord } from './audit.js'

export interface ChainResult {
  readonly tenantId: string
  readonly rows: number
  /** The first bad row; absent when the chain is whole. */
  readonly bad?: { readonly seq: number; readonly id: string; readonly why: string }
}

const PAGE = 1000

/** Reads in pages: memory does not grow with the trail. */
export async function verifyChain(tables: Tables, secrets: Secrets, tenantId: string): Promise<ChainResult> {
  const head = await tables.auditHeads.get(tenantId, tenantId)
  let previous = GENESIS
  let expected = 1
  for (;;) {
    const rows = await tables.auditRecords.find(tenantId, { seq: { atLeast: expected } }, { order: { seq: 'asc' }, limit: PAGE })
    for (const row of rows) {
      const why = faultOf(row, expected, previous, secrets)
      if (why)
        return {
          tenantId,
          rows: expected - 1,
          bad: { seq: row.seq === expected ? row.seq : expected, id: row.seq === expected ? row.id : '', why },
        }
      previous = row.hash
      expected += 1
    }
    if (rows.length < PAGE) break
  }
  return { tenantId, rows: expected - 1, ...headFault(head, expected - 1, previous) }
}

function faultOf(row: AuditRecord, expected: number, previous: string, secrets: Secrets): string | undefined {
  if (row.seq !== expected) return `row ${expected} is missing (next is ${row.seq})`
  const { hash, ...rest } = row
  // The row is hashed with the link it claims: a changed row fails here, a reordered one at its link.
  if (secrets.chainHash(canonical(rest)) !== hash) return 'the row was changed: its hash does not fit its content'
  if (row.previous !== previous) return 'the row does not follow the one before: rows were reordered or replaced'
  return undefined
}

function headFault(head: AuditHead | undefined, rows: number, hash: string): { bad?: ChainResult['bad'] & object } {
  if (!head && rows === 0) return { bad: { seq: 1, id: '', why: 'the whole trail is missing' } }
  if (!head) return { bad: { seq: rows, id: '', why: 'the head of the chain is missing' } }
  if (head.seq > rows) return { bad: { seq: rows + 1, id: '', why: `rows ${rows + 1} to ${head.seq} were cut off` } }
  if (head.seq < rows || head.hash !== hash) return { bad: { seq: rows, id: '', why: 'the head of the chain does not fit the last row' } }
  return {}
}
