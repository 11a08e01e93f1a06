// `签署`: signs the letter of a service order; the stamped copy sent in the single chat goes with it.
import { z } from 'zod'
import { ServiceOrderDetails } from '../../core/cases/service-order.js'
import { defineCommand, say } from '../runtime/command.js'

export const signLetter = defineCommand({
  name: '签署',
  aliases: ['签署授权书'],
  capability: 'sign-letter',
  risk: 'write',
  picks: { case: { kind: 'service_order', states: ['confirmed', 'authorized'] } },
  help: {
    group: '服务单',
    summary: '签署授权书；先把盖章件单独发给我，没有盖章件只有 24 小时效力',
    examples: ['签署 SO-uni-261124-001'],
  },
  args: z.object({ case: z.string() }),
  argumentNames: { case: '服务单号' },
  async run({ args, actor, tenant, core }) {
    const copy = await core.uploads.newest(actor, ['pdf', 'png', 'jpeg'])
    const row = await core.serviceOrders.sign(actor, tenant.id, args.case, copy?.sha256 ?? null)
    const { letter } = ServiceOrderDetails.parse(row.details)
    const held = copy ? `，已附盖章件（校验 ${copy.sha256.slice(0, 8)}）` : '，未附盖章件：24 小时内有效，请把盖章件单独发给我后再签一次'
    return say(`**${args.case}** 授权书 ${letter?.number ?? ''} 已签署${held}。`)
  },
})
