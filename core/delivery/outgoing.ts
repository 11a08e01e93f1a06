// From something to be said to a row of the outbox: the budget of the group decides whether it leaves now, waits for a digest, or is not wanted.
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import { instant } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { Group } from '../tenants/tenant.js'
import { attention, type Attention } from './attention.js'
import type { Delivery } from './delivery.js'
import { preferenceOf } from './preferences.js'

dayjs.extend(utc)
dayjs.extend(timezone)

/** Staff rooms have no budget; the dispatcher merges what storms there. */
export async function withinBudget(tx: Tx, group: Group, row: Delivery): Promise<Delivery> {
  if (row.level === null || group.kind !== 'butler') return row
  const tenant = await tx.tenants.get(group.tenantId, group.tenantId)
  if (!tenant) return row
  const now = Date.parse(tx.at)
  const midnight = dayjs(now).tz(tenant.timeZone).startOf('day').toISOString()
  const hourAgo = instant(now - 3_600_000)
  const counted = {
    chatId: group.chatId,
    level: { oneOf: ['P2', 'P3', 'P4'] as const },
    state: { oneOf: ['queued', 'claimed', 'sent'] as const },
  }
  const today = await tx.deliveries.find(
    group.tenantId,
    { ...counted, createdAt: { atLeast: midnight < hourAgo ? midnight : hourAgo } },
    { limit: 500 },
  )
  const verdict = attention(
    {
      level: row.level,
      topic: row.topic,
      now,
      zone: tenant.timeZone,
      sentLastHour: today.filter(item => item.createdAt >= hourAgo).length,
      sentToday: today.filter(item => item.createdAt >= midnight).length,
    },
    await preferenceOf(tx, tenant, group.chatId),
  )
  return judged(tx, row, verdict)
}

async function judged(tx: Tx, row: Delivery, verdict: Attention): Promise<Delivery> {
  if (verdict.way === 'now') return row
  const outcome = verdict.way === 'hold' ? 'held' : 'dropped'
  const held = verdict.way === 'hold' ? instant(verdict.until) : null
  await tx.attempts.insert({
    id: tx.id(),
    tenantId: row.tenantId,
    deliveryId: row.id,
    at: tx.at,
    outcome,
    code: verdict.why,
    facts: held ? { until: held } : {},
  })
  return { ...row, state: outcome, heldUntil: held, heldWhy: verdict.why }
}
