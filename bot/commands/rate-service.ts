// `评价`: the customer's word at the end of an incident; what the buttons of the closing card stand for.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const rateService = defineCommand({
  name: '评价',
  aliases: ['rate'],
  says: [
    /(?:对|这次|本次|处理|处置|服务|结果)[^，,。]{0,10}(?:满意|一般)/,
    /^(?:我们?)?(?:很|非常|不太?|挺|比较|还算)?满意[的了。.!！~\s]*$/,
  ],
  keepsSentence: true,
  capability: 'rate-service',
  risk: 'write',
  harmless: true,
  rooms: ['butler', 'single'],
  picks: { incident: ['closed'] },
  help: { group: '事件', summary: '对一次处置说满意、一般或不满意', examples: ['评价 IN-uni-261124-001 满意'] },
  args: z.object({ incident: z.string(), text: z.preprocess(rating, z.enum(['满意', '一般', '不满意'])) }),
  argumentNames: { text: '评价（满意、一般、不满意）' },
  async run({ args, actor, tenant, core }) {
    await core.tickets.rate(actor, tenant.id, args.incident, args.text)
    const end = args.text === '不满意' ? '客户经理会联系您了解情况。' : '谢谢。'
    return say(`已记录：${args.incident} ${args.text}。${end}`)
  },
})

/** “很满意！” and “不太满意” are said as often as the three words themselves. */
function rating(text: unknown): unknown {
  const word = typeof text === 'string' && text.length <= 40 ? /不[太够很]?满意|满意|一般/.exec(text)?.[0] : undefined
  return word?.startsWith('不') ? '不满意' : (word ?? text)
}
