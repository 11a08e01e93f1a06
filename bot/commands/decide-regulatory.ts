// `上报决定`: the customer's owner says what was decided about reporting; it is written down and ends the countdown.
import { z } from 'zod'
import { defineCommand, say } from '../runtime/command.js'

export const decideRegulatory = defineCommand({
  name: '上报决定',
  aliases: [],
  capability: 'decide-regulatory',
  risk: 'write',
  rooms: ['single'],
  help: { group: '研判', summary: '登记贵单位的上报决定（客户主管，单聊）', examples: ['上报决定 IN-uni-261124-001 已报属地网信办'] },
  args: z.object({ incident: z.string(), text: z.string().max(500).optional() }),
  argumentNames: { text: '决定' },
  async run({ args, actor, tenant, core }) {
    await core.regulatory.decide(actor, tenant.id, args.incident, args.text ?? '')
    return say(`**${args.incident}** 已登记贵单位的决定，倒计时停止。处置结束后 30 日内还有总结报告，到期前提醒您。`)
  },
})
