// `为什么`: the basis of a conclusion in at most eight lines, from stored evidence (domain.md 10.4).
import { z } from 'zod'
import { verdictWords } from '../../core/threats/judgement.js'
import { openStates } from '../../core/tickets/incident-states.js'
import { may } from '../../core/tenants/roles.js'
import { clock, code, plain } from '../cards/format.js'
import { incidentView, nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'

export const explainIncident = defineCommand({
  name: '为什么',
  aliases: ['依据', '凭什么', '详情', 'why'],
  says: [/凭什么|为啥|什么依据|怎么判断/],
  capability: 'see-incidents',
  risk: 'read',
  picks: { incident: openStates },
  help: { group: '事件', summary: '这个结论凭什么：证据、概率、建议', examples: ['为什么 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { view, by } = await core.transactions.read(async t => {
      const view = await incidentView(t, tenant.id, { number: args.incident })
      return { view, by: view.incident.verdict ? await nameOf(t, tenant.id, view.incident.verdict.by) : '系统（待分析师确认）' }
    })
    const { incident, alerts } = view
    const verdict = incident.verdict ?? incident.judgement
    const zone = tenant.timeZone
    const newest = alerts[0]?.evidence.at(-1)
    return say(
      [
        `**${incident.number}** ${plain(incident.title, 60)}`,
        `结论：${verdictWords(verdict)}（${by}，${clock(verdict.at, zone)}）`,
        ...verdict.reasons.slice(0, 3).map((reason, index) => `${'①②③'[index]}${plain(reason, 160)}`),
        ...(alerts[0]?.author && incident.verdict ? [`规则作者：${plain(alerts[0].author, 80)}`] : []),
        `时间：${clock(incident.firstAt, zone)} 至 ${clock(incident.lastAt, zone)}，检出 ${incident.hits} 次`,
        ...(newest && may(actor.role, 'see-evidence') ? [`原文：${code(newest.raw, 200)}`] : []),
        `影响：${plain(verdict.effect, 80)}；建议：${plain(verdict.advice, 80)}`,
      ].join('\n'),
    )
  },
})
