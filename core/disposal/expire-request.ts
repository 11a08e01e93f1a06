// A request for leave that nobody answered runs out; called by the executor.
import type { Transactions } from '../ports/transaction.js'
import { system } from '../tickets/move-ticket.js'
import type { Disposal } from './disposal.js'
import { followTicket } from './disposal-service.js'

export async function expireRequest(transactions: Transactions, disposal: Disposal): Promise<void> {
  const unclaimed = { claimedBy: null, claimedUntil: null }
  await transactions.run(async tx => {
    if (disposal.expiresAt > tx.at) {
      await tx.disposals.update(disposal.tenantId, { id: disposal.id }, { nextTryAt: disposal.expiresAt, ...unclaimed })
      return
    }
    const expired = { state: 'expired', nextTryAt: null, ...unclaimed } as const
    if ((await tx.disposals.update(disposal.tenantId, { id: disposal.id, state: 'requested' }, expired)) === 0) return
    tx.audit({
      tenantId: disposal.tenantId,
      actor: 'system',
      action: 'disposal.expired',
      subject: disposal.number,
      details: { expiresAt: disposal.expiresAt },
      traceId: disposal.traceId,
    })
    await followTicket(tx, disposal, system, 'confirmed', `授权请求 ${disposal.number} 过期未答复`)
    tx.announce({
      tenantId: disposal.tenantId,
      kind: 'approval-expired',
      refs: { disposalId: disposal.id },
      key: `expired:${disposal.id}`,
    })
  })
}
