// Who may say that something is no longer reported, and for how long: an analyst or the customer's approver with a second person, a senior expert alone (domain.md 17).
import { AppError } from '../../errors.js'
import { plusSeconds, type Instant } from '../../ports/clock.js'
import type { Tables, Transactions, Tx } from '../../ports/transaction.js'
import { authorise, type Actor } from '../../tenants/actor.js'
import { MAX_ACTIVE, ruleKey, type Suppression, type SuppressionKind, type SuppressionScope } from './suppression.js'

const DAY = 86_400
const MOST_DAYS = 90
const EXAMPLE = '抑制 203.0.113.7 30天 我们自己的漏扫'
const RULES = 10

export interface Wish {
  readonly kind: SuppressionKind
  readonly address?: string | undefined
  /** Number of an incident: its rules on its victim. */
  readonly incident?: string | undefined
  readonly seconds: number
  readonly reason: string
}

export class SuppressionService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Proposes, or as the second person confirms what another proposed: then the first person's words, kind and days hold.
   * @throws NOT_ALLOWED, OTHER_TENANT, ARGUMENT_INVALID, ARGUMENT_MISSING, NUMBER_NOT_FOUND, LIMIT_REACHED
   */
  async suppress(actor: Actor, tenantId: string, wish: Wish): Promise<Suppression> {
    const subject = wish.address ?? wish.incident ?? ''
    authorise(actor, 'suppress', tenantId, subject)
    if (subject === '') throw new AppError('ARGUMENT_MISSING', { what: '地址或事件单号', example: EXAMPLE })
    return this.transactions.run(async tx => {
      const proposed = await tx.suppressions.find(tenantId, { subject, state: 'proposed', until: { atLeast: tx.at } }, { limit: 20 })
      const other = proposed.find(row => row.proposedBy !== actor.userId)
      if (other) return this.activate(tx, other, actor)
      if (wish.reason.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '理由', example: EXAMPLE })
      if (wish.seconds < 60 || wish.seconds > MOST_DAYS * DAY)
        throw new AppError('ARGUMENT_INVALID', {
          value: `${Math.round(wish.seconds / DAY)} 天`,
          what: `期限（最长 ${MOST_DAYS} 天）`,
          example: EXAMPLE,
        })
      const again = proposed.find(row => row.proposedBy === actor.userId)
      if (again) return again
      if ((await activeSuppressions(tx, tenantId, tx.at)).length >= MAX_ACTIVE)
        throw new AppError('SUPPRESSIONS_FULL', { limit: MAX_ACTIVE })
      const row: Suppression = {
        id: tx.id(),
        tenantId,
        kind: wish.kind,
        subject,
        scope: wish.address === undefined ? await scopeOf(tx, tenantId, subject) : { address: wish.address },
        reason: wish.reason.trim().slice(0, 300),
        state: 'proposed',
        proposedBy: actor.userId,
        proposedAt: tx.at,
        confirmedBy: null,
        since: null,
        until: plusSeconds(tx.at, wish.seconds),
        hits: 0,
        lastHitAt: null,
      }
      await tx.suppressions.insert(row)
      if (actor.role === 'senior_expert') return this.activate(tx, row, actor)
      const { kind, reason, until } = row
      tx.audit({ tenantId, actor: actor.userId, action: 'suppression.proposed', subject, details: { kind, reason, until } })
      return row
    })
  }

  /** Takes back what is in force or proposed; being told more needs no second person. */
  async end(actor: Actor, tenantId: string, subject: string): Promise<number> {
    authorise(actor, 'suppress', tenantId, subject)
    return this.transactions.run(async tx => {
      const ended = await tx.suppressions.update(tenantId, { subject, state: { oneOf: ['active', 'proposed'] } }, { state: 'ended' })
      if (ended === 0) throw new AppError('NUMBER_NOT_FOUND', { number: subject })
      tx.audit({ tenantId, actor: actor.userId, action: 'suppression.ended', subject, details: { ended } })
      return ended
    })
  }

  /** In force or waiting for a second person, those that end first at the head. */
  async list(tenantId: string, limit: number): Promise<Suppression[]> {
    return this.transactions.run(tx =>
      tx.suppressions.find(
        tenantId,
        { state: { oneOf: ['active', 'proposed'] }, until: { atLeast: tx.at } },
        { order: { until: 'asc' }, limit },
      ),
    )
  }

  private async activate(tx: Tx, row: Suppression, actor: Actor): Promise<Suppression> {
    const set = { state: 'active', confirmedBy: actor.userId, since: tx.at } as const
    await tx.suppressions.update(row.tenantId, { id: row.id, state: 'proposed' }, set)
    const { tenantId, subject, kind, reason, until, proposedBy } = row
    tx.audit({ tenantId, actor: actor.userId, action: 'suppression.active', subject, details: { kind, reason, until, proposedBy } })
    return { ...row, ...set }
  }
}

/** In force at that time or later. */
export function activeSuppressions(tables: Pick<Tables, 'suppressions'>, tenantId: string, now: Instant): Promise<Suppression[]> {
  return tables.suppressions.find(tenantId, { state: 'active', until: { atLeast: now } }, { order: { until: 'asc' }, limit: MAX_ACTIVE })
}

/** @throws NUMBER_NOT_FOUND */
async function scopeOf(tx: Tx, tenantId: string, number: string): Promise<SuppressionScope> {
  const incident = await tx.incidents.first(tenantId, { number })
  if (!incident) throw new AppError('NUMBER_NOT_FOUND', { number })
  const alerts = await tx.alerts.find(tenantId, { incidentId: incident.id }, { order: { lastAt: 'desc' }, limit: 50 })
  const victim = (incident.victim.ip ?? incident.victim.host ?? '-').toLowerCase().slice(0, 128)
  return { victim, rules: [...new Set(alerts.map(ruleKey))].slice(0, RULES) }
}
