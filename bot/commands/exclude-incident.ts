// `误报关闭`: staff close an incident as a false positive; the same service as `误报`, which customers say.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const excludeIncident = defineCommand({
  name: '误报关闭',
  aliases: ['判误报', 'exclude'],
  says: [/(?:走|按|作为?|判)误报(?:处理)?[^，,。]{0,4}(?:关|结|闭)|误报[^，,。]{0,4}(?:关闭|关掉|结单|结掉)/],
  keepsSentence: true,
  capability: 'review-false-positive',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: openStates },
  help: { group: '研判', summary: '按误报关闭一个事件，写明理由', examples: ['误报关闭 IN-uni-261124-001 白名单扫描器'] },
  args: z.object({ incident: z.string(), text: z.string().min(2) }),
  argumentNames: { text: '理由' },
  async run({ args, actor, tenant, core }) {
    const { outcome } = await core.tickets.falsePositive(actor, tenant.id, args.incident, args.text)
    return outcome === 'second-reader'
      ? say(`**${args.incident}** 级别较高，要第二人复核：请另一位分析师或高级专家回复“误报关闭 ${args.incident} 理由”。`)
      : say(`**${args.incident}** 已按误报排除：${plain(args.text, 100)}`)
  },
})
