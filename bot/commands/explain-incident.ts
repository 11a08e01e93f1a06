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
  says: [/凭什么|凭啥|为啥|为何|为什么|(?:有|是)?(?:什么|啥)(?:依据|证据)|依据(?:是|呢)|怎么(?:判断|看出|知道|得出)/],
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
    // The automatic judgement names the author in its reasons.
    const author = incident.verdict ? alerts[0]?.author : undefined
    const newest = alerts[0]?.evidence.at(-1)
    return say(
      [
        `**${incident.number}** ${plain(incident.title, 60)}`,
        `结论：${verdictWords(verdict)}（${plain(by, 30)}，${clock(verdict.at, zone)}）`,
        // Eight lines in all (domain.md 10.4).
        ...verdict.reasons.slice(0, author ? 2 : 3).map((reason, index) => `${'①②③'[index]}${plain(reason, 160)}`),
        ...(author ? [`规则作者：${plain(author, 200)}`] : []),
        // What speaks against it, and how far it got, share the line of the time: eight lines are few.
        [
          `时间：${clock(incident.firstAt, zone)} 至 ${clock(incident.lastAt, zone)}，检出 ${incident.hits} 次`,
          ...(verdict.stage === undefined ? [] : [`阶段：${plain(verdict.stage, 60)}`]),
          ...(verdict.against === undefined ? [] : [`反向：${plain(verdict.against, 80)}`]),
        ].join('；'),
        ...(newest && may(actor.role, 'see-evidence') ? [`原文：${code(newest.raw, 200)}`] : []),
        `影响：${plain(verdict.effect, 80)}；建议：${plain(verdict.advice, 80)}`,
      ].join('\n'),
    )
  },
})
