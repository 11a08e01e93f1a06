// `报障`: the first three steps at once, then an incident with its ticket, and the ops room knows.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const reportTrouble = defineCommand({
  name: '报障',
  aliases: ['上报', '出事了', '中毒了'],
  capability: 'report-incident',
  risk: 'write',
  // A ticket too many costs an analyst a minute; one too few may cost the customer the day.
  harmless: true,
  keepsSentence: true,
  help: { group: '事件', summary: '报告一起安全问题：先给止血三步，同时建单通知值班', examples: ['报障 电脑弹出勒索信，文件打不开'] },
  args: z.object({ words: z.string().max(2_000).optional(), ip: z.string().optional(), asset: z.string().optional() }),
  argumentNames: { words: '发生了什么' },
  async run({ args, actor, tenant, core }) {
    const { incident, ticket, playbook, first, again } = await core.trouble.report(actor, tenant.id, {
      words: args.words ?? '有人报告出现安全问题，未写明现象',
      ...(args.ip === undefined ? {} : { ip: args.ip }),
      ...(args.asset === undefined ? {} : { asset: args.asset.slice(0, 200) }),
    })
    const minutes = ticket.priority === 'P1' ? 5 : 10
    return say(
      [
        `**先做这三步**${playbook ? `（${plain(playbook.title, 30)}）` : ''}：`,
        ...first.map((line, index) => `${index + 1}. ${plain(line, 120)}`),
        again
          ? `已补充到 **${incident.number}**。`
          : `已建单 **${incident.number}**（${ticket.priority}），值班分析师 ${minutes} 分钟内接手，进展都在这里说。`,
      ].join('\n'),
    )
  },
})
