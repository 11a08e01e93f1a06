// An asset nobody claimed within a day becomes a shadow asset (domain.md 18.3, template 7); rung by clocks/timer-service.ts.
import { instant, plusSeconds } from '../ports/clock.js'
import type { Tx } from '../ports/transaction.js'
import type { Moment } from '../clocks/moments.js'
import type { Timer } from '../clocks/timer.js'
import { CLAIM_SECONDS, type Asset } from './asset.js'

const FIVE_MINUTES = 300_000

export function claimMoment(asset: Asset): Moment {
  return {
    tenantId: asset.tenantId,
    about: asset.id,
    subject: asset.address || asset.name,
    kind: 'asset_unclaimed',
    dueAt: plusSeconds(asset.firstSeenAt, CLAIM_SECONDS),
  }
}

export async function becomeShadow(tx: Tx, { tenantId, ticketId }: Timer): Promise<void> {
  const changed = await tx.assets.update(
    tenantId,
    { id: ticketId, status: 'unclaimed' },
    { status: 'shadow', statusSince: tx.at, updatedAt: tx.at },
  )
  if (changed === 0) return
  tx.audit({ tenantId, actor: 'system', action: 'asset.shadow', subject: ticketId, details: {} })
  const { key, dueAt, since } = bucket(tx.at)
  tx.announce({ tenantId, kind: 'shadow-assets', refs: { since }, key: `shadow-assets:${tenantId}:${key}`, dueAt })
}

/** The span (milliseconds) a moment lies in: one announcement for all that happens in it, at its end. */
export function bucket(at: string, span = FIVE_MINUTES): { readonly key: string; readonly since: string; readonly dueAt: string } {
  const start = Math.floor(Date.parse(at) / span) * span
  return { key: instant(start), since: instant(start), dueAt: instant(start + span) }
}
