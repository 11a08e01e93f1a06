// When a conversation has more to say than people can read or the road can carry, what can wait becomes one digest that names all of it.
import type { Tx } from '../ports/transaction.js'
import type { Delivery } from './delivery.js'
import { PLATFORM } from '../tenants/tenant.js'
import { makeDigest, oneLine } from './digest.js'
import { newDelivery } from './new-delivery.js'

/** More than this waiting at once is a storm. */
const STORM = 8
/** What has waited this long (milliseconds) comes out of an outage or a full quota: nobody wants it one by one. */
const STALE = 60_000
/** Answers and requests are never lost in a list. */
const alone = new Set(['answer', 'update', 'digest', 'approval-requested', 'daily-report-ready', 'working', 'second-road'])

/** What is to be merged now; empty when each may go by itself. */
export function worthMerging(queue: readonly Delivery[], now: number): Delivery[] {
  const stale = queue.filter(row => canMerge(row) && now - Date.parse(row.createdAt) >= STALE)
  if (stale.length >= 2) return stale
  const light = queue.filter(isLight)
  return light.length > STORM ? light : []
}

/** May wait for the next digest while a storm is on. */
export function isLight(row: Delivery): boolean {
  return canMerge(row) && row.lane > 0
}

function canMerge({ kind, message, attempts }: Delivery): boolean {
  return !alone.has(kind) && message.kind !== 'file' && message.kind !== 'mention' && attempts < 2
}

/** One digest in the place of all; each keeps its row, which says where it was told. False when another process has done it. */
export async function mergeIntoDigest(tx: Tx, rows: readonly Delivery[], why: string, maxBytes: number): Promise<boolean> {
  const [first] = rows
  if (!first) return false
  const ordered = [...rows].sort((a, b) => a.lane - b.lane || (a.id < b.id ? -1 : 1))
  const digest = makeDigest(ordered, why, maxBytes)
  const isOne = rows.every(row => row.tenantId === first.tenantId)
  const base = {
    // A staff room's digest tells of several customers: it belongs to none of them.
    tenantId: isOne ? first.tenantId : PLATFORM,
    robot: first.robot,
    chatId: first.chatId,
    chatType: first.chatType,
    road: first.road,
    kind: 'digest',
    subject: '',
  }
  const row = newDelivery(tx, {
    ...base,
    lane: Math.min(1, ...ordered.map(item => item.lane)) as Delivery['lane'],
    message: { kind: 'markdown', text: digest.text },
    key: `digest:${first.id}`,
  })
  const ids = ordered.map(item => item.id)
  const won = await tx.deliveries.acrossTenantsUpdate(
    { id: { oneOf: ids }, state: { oneOf: ['queued', 'held'] } },
    { state: 'merged', mergedInto: row.id, heldUntil: null },
  )
  if (won === 0) return false
  // Somebody else was faster with some of them: all or none, and the next look tries again.
  if (won !== ids.length) throw new Error('what was to be merged has changed')
  await tx.deliveries.insert(row)
  if (digest.file)
    await tx.deliveries.insert(newDelivery(tx, { ...base, message: { kind: 'file', file: digest.file }, key: `digest:${first.id}#file` }))
  await tx.attempts.insertMany(
    ordered.map(item => ({
      id: tx.id(),
      tenantId: item.tenantId,
      deliveryId: item.id,
      at: tx.at,
      outcome: 'merged' as const,
      code: null,
      facts: { digest: row.id, line: oneLine(item.message, item.subject) },
    })),
  )
  return true
}
