// One of two has signed: the room of the other is told what is missing.
import { missingSide } from '../../core/disposal/leave.js'
import { actOf } from '../cards/disposal-cards.js'
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const signatureMissing = definePush({
  kind: 'signature-missing',
  async say({ tx, tenantId, refs }) {
    const disposal = await tx.disposals.get(tenantId, refs['disposalId'] ?? '')
    const missing = disposal?.signatures ? missingSide(disposal.signatures) : undefined
    if (disposal?.state !== 'requested' || missing === undefined) return []
    const toService = missing === '高级专家'
    const words = toService ? `会签 ${disposal.number}` : `同意 ${disposal.number}`
    const text = `**${disposal.number}** ${plain(refs['by'] ?? '', 40)} 已签，还缺${missing}：${actOf(disposal)}。请回复“${words}”。`
    const rooms = toService ? (['expert', 'ops'] as const) : (['butler'] as const)
    return rooms.map(to => ({ to, subject: disposal.number, message: { kind: 'markdown', text }, lane: 0 }))
  },
})
