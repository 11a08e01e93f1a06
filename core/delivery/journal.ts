// What became of every message about a thing: accepted, sent, held, merged, refused. Read by `投递`, by /api/v1/deliveries and by the auditor.
import type { Instant } from '../ports/clock.js'
import type { RoadId } from '../ports/road.js'
import type { Tables, Transactions } from '../ports/transaction.js'
import type { Delivery, DeliveryAttempt, DeliveryState } from './delivery.js'
import { PLATFORM } from '../tenants/tenant.js'
import { oneLine } from './digest.js'

export interface JournalEntry {
  readonly id: string
  readonly subject: string
  readonly kind: string
  readonly road: RoadId
  readonly chatId: string
  readonly summary: string
  readonly state: DeliveryState
  /** For merged ones: the state of the digest they were told in. */
  readonly toldIn: { readonly id: string; readonly state: DeliveryState; readonly sentAt: Instant | null } | null
  readonly acceptedAt: Instant
  readonly sentAt: Instant | null
  /** WeCom's id, where it gives one. */
  readonly externalId: string | null
  readonly heldUntil: Instant | null
  readonly attempts: readonly Pick<DeliveryAttempt, 'at' | 'outcome' | 'code' | 'facts'>[]
}

export interface JournalQuery {
  /** Number of an incident or a disposal. */
  readonly subject?: string
  readonly state?: DeliveryState
  readonly limit: number
  /** Also what was said about the customer in staff rooms and to staff: never for the customer's own eyes. */
  readonly withStaffRooms?: boolean
}

export const deliveryStateLabel: Readonly<Record<DeliveryState, string>> = {
  queued: '排队中',
  claimed: '发送中',
  sent: '已送达',
  failed: '未送达',
  expired: '过时未发',
  held: '等待汇总',
  merged: '已并入汇总',
  dropped: '按偏好不发',
}

/** Of one message. */
const ATTEMPTS = 50

export class DeliveryJournal {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first. */
  async entries(tenantId: string, { subject, state, limit, withStaffRooms }: JournalQuery): Promise<JournalEntry[]> {
    return this.transactions.read(async t => {
      const hidden = withStaffRooms ? [] : await staffChats(t)
      const where = {
        ...(subject === undefined ? {} : { subject }),
        ...(state === undefined ? {} : { state }),
        ...(hidden.length === 0 ? {} : { chatId: { noneOf: hidden } }),
      }
      const rows = await t.deliveries.find(tenantId, where, { order: { createdAt: 'desc', id: 'desc' }, limit })
      return Promise.all(rows.map(row => entryOf(t, row)))
    })
  }
}

/** Staff rooms, and staff written to by themselves. */
async function staffChats(tables: Tables): Promise<string[]> {
  const rooms = await tables.groups.find(PLATFORM, {})
  const staff = await tables.people.find(PLATFORM, {})
  return [...rooms.map(room => room.chatId), ...staff.map(person => person.userId)]
}

async function entryOf(tables: Tables, row: Delivery): Promise<JournalEntry> {
  // The newest ones: how it ended matters more than how it began.
  const newest = await tables.attempts.find(row.tenantId, { deliveryId: row.id }, { order: { id: 'desc' }, limit: ATTEMPTS })
  const attempts = newest.reverse()
  const digest = row.mergedInto === null ? undefined : (await tables.deliveries.acrossTenantsFind({ id: row.mergedInto }, { limit: 1 }))[0]
  return {
    id: row.id,
    subject: row.subject,
    kind: row.kind,
    road: row.road,
    chatId: row.chatId,
    summary: oneLine(row.message, row.subject),
    state: row.state,
    toldIn: digest ? { id: digest.id, state: digest.state, sentAt: digest.sentAt } : null,
    acceptedAt: row.createdAt,
    sentAt: row.sentAt,
    externalId: row.externalId,
    heldUntil: row.heldUntil,
    attempts: attempts.map(({ at, outcome, code, facts }) => ({ at, outcome, code, facts })),
  }
}
