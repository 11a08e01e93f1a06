// `复验`: names the root cause and looks again whether the measure holds; passed, the observation begins.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const verifyIncident = defineCommand({
  name: '复验',
  aliases: ['验证', 'verify'],
  says: [/(?:再|重新|重)(?:次)?(?:查|扫|验|测|检查)(?:一下|一遍|一次|下)/, /(?:做|来|发起)(?:一次|个)?复验/],
  capability: 'claim-and-judge',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  picks: { incident: ['eradicating', 'recovering', 'verifying'] },
  help: { group: '研判', summary: '写明根因并复验处置是否有效，通过后进入观察期', examples: ['复验 IN-uni-261124-001 弱口令被外网猜解'] },
  args: z.object({ incident: z.string(), text: z.string().min(2).max(500) }),
  argumentNames: { text: '根因' },
  async run({ args, actor, tenant, core }) {
    const { passed, lines } = await core.tickets.verify(actor, tenant.id, args.incident, args.text, found => core.measures.check(found))
    const head = passed ? `**${args.incident}** 复验通过，进入观察期。` : `**${args.incident}** 复验未通过，退回处理。`
    return say([head, ...lines.map(line => `· ${plain(line, 120)}`)].join('\n'))
  },
})
