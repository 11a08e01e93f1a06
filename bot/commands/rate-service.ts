// `评价`: the customer's word at the end of an incident; what the buttons of the closing card stand for.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const rateService = defineCommand({
  name: '评价',
  aliases: ['rate'],
  capability: 'rate-service',
  risk: 'write',
  rooms: ['butler', 'single'],
  picks: { incident: ['closed'] },
  help: { group: '事件', summary: '对一次处置说满意、一般或不满意', examples: ['评价 IN-uni-261124-001 满意'] },
  args: z.object({ incident: z.string(), text: z.enum(['满意', '一般', '不满意']) }),
  argumentNames: { text: '评价（满意、一般、不满意）' },
  async run({ args, actor, tenant, core }) {
    await core.tickets.rate(actor, tenant.id, args.incident, args.text)
    const end = args.text === '不满意' ? '客户经理会联系您了解情况。' : '谢谢。'
    return say(`已记录：${args.incident} ${args.text}。${end}`)
  },
})
