// `误报`: a customer's word goes to review, an analyst's closes the incident.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const reportFalsePositive = defineCommand({
  name: '误报',
  aliases: ['false'],
  says: [
    /(?<!不)(?:是|属于|算)(?:个|一个)?误报/,
    /(?<!不)(?:是|属于)(?:我们|咱们|我司|单位|我)?(?:自己|内部|自家|本单位)(?:人|的)?.{0,20}(?:扫|测试|演练|压测|操作|运维|脚本|巡检|登录)/,
    /(?:我们|咱们)(?:自己|内部)?(?:正?在)?(?:做|扫|测)[^，,。]{0,10}(?:扫描|渗透|测试|演练|压测)?的[。.!！\s]*$/,
  ],
  keepsSentence: true,
  capability: 'report-false-positive',
  risk: 'write',
  harmless: true,
  picks: { incident: openStates },
  help: { group: '事件', summary: '告诉我们这是误报，说一句原因', examples: ['误报 IN-uni-261124-001 是我们自己的漏扫'] },
  args: z.object({ incident: z.string(), text: z.string().min(2) }),
  argumentNames: { text: '一句原因' },
  async run({ args, actor, tenant, core }) {
    const { outcome } = await core.tickets.falsePositive(actor, tenant.id, args.incident, args.text)
    const reason = plain(args.text, 100)
    switch (outcome) {
      case 'excluded':
        return say(`**${args.incident}** 已按误报排除：${reason}`)
      case 'passed-on':
        return say(`**${args.incident}** 已转分析师复核，复核后在这里回执。您说的原因：${reason}`)
      case 'second-reader':
        return say(`**${args.incident}** 级别较高，判误报要第二人复核：请另一位分析师或高级专家回复“误报 ${args.incident} 原因”。`)
    }
  },
})
