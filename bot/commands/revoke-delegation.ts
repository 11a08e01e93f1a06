// `收回委托`: what was lent is taken back at once.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const revokeDelegation = defineCommand({
  name: '收回委托',
  aliases: ['撤销委托', '取消委托'],
  capability: 'delegate',
  risk: 'write',
  rooms: ['butler', 'single'],
  help: { group: '设置', summary: '收回我给出的审批委托', examples: ['收回委托'] },
  args: z.object({}),
  async run({ actor, tenant, core }) {
    const count = await core.delegations.revoke(actor, tenant.id)
    return say(count === 0 ? '您没有生效中的委托。' : '已收回委托，从现在起由您本人审批。')
  },
})
