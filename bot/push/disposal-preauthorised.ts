// Done at once under a clause of the contract, and told at once (domain.md 5.2, row 7): both rooms, with the way back.
import { clauseLabel } from '../../core/disposal/leave.js'
import { actOf } from '../cards/disposal-cards.js'
import { duration, plain } from '../cards/format.js'
import { definePush } from './push.js'

export const disposalPreauthorised = definePush({
  kind: 'disposal-preauthorised',
  async say({ tx, tenantId, refs }) {
    const disposal = await tx.disposals.get(tenantId, refs['disposalId'] ?? '')
    if (!disposal) return []
    const clause = clauseLabel(disposal.decidedBy ?? '') ?? '预授权'
    const text = `**${disposal.number}** 已按${plain(clause, 40)}执行：${actOf(disposal)} ${duration(disposal.seconds)}，原因：${plain(disposal.reason, 100)}。可随时回复“撤销 ${disposal.number}”。`
    return (['butler', 'ops'] as const).map(to => ({ to, subject: disposal.number, message: { kind: 'markdown', text }, lane: 0 }))
  },
})
