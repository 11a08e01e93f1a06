// `升级`: asks for a senior expert; of a P1 at once and by phone, else in office hours.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { clock, plain } from '../cards/format.js'
import { nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

export const escalateIncident = defineCommand({
  name: '升级',
  aliases: ['叫专家'],
  says: [/(?:找|请|叫|转给?|换|上报|需要|要求)[^，,。]{0,8}(?:专家|三线|资深)/],
  keepsSentence: true,
  capability: 'escalate',
  risk: 'write',
  harmless: true,
  picks: { incident: openStates },
  help: { group: '研判', summary: '请高级专家介入', examples: ['升级 IN-uni-261124-001 疑似内网扩散'] },
  args: z.object({ incident: z.string(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core, now }) {
    const { escalation, again } = await core.escalations.request(actor, tenant.id, args.incident, args.text ?? '')
    const who = escalation.expert === null ? '高级专家' : await core.transactions.read(t => nameOf(t, tenant.id, escalation.expert!))
    if (escalation.state === 'accepted') return say(`**${args.incident}** 高级专家已在处理，有进展在群里说明。`)
    const when =
      Date.parse(escalation.startsAt) > now
        ? `${clock(escalation.startsAt, tenant.timeZone)} 上班后介入，紧急请说明，分析师可改为 P1`
        : '已通知，受理后在这里说明'
    return say(`**${args.incident}** ${again ? '已经升级过' : '已升级'}给${plain(who, 20)}，${when}。`)
  },
})
