// `定级`: the analyst fills in what is known of the harm; the national grade follows, and from “较大” on the law's countdown.
import { z } from 'zod'
import { gradeLabel } from '../../core/regulatory/grade.js'
import { readFacts, readGrade } from '../../core/regulatory/read-facts.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const fileGrade = defineCommand({
  name: '定级',
  aliases: ['国标定级'],
  capability: 'file-grade',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: {
    group: '研判',
    summary: '按已知影响填写国标等级，较大以上启动上报倒计时',
    examples: ['定级 IN-uni-261124-001 泄露个人信息200万人', '定级 IN-uni-261124-001 主页被篡改 1小时'],
  },
  args: z.object({ incident: z.string(), seconds: z.number().positive().optional(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    const text = args.text ?? ''
    const filed = await core.regulatory.file(actor, tenant.id, args.incident, readFacts(text, args.seconds), readGrade(text))
    const next =
      filed.dueAt === null ? '未启动上报倒计时' : `上报倒计时至 ${clock(filed.dueAt, tenant.timeZone)}，已单独通知客户主管与客户经理`
    return say(
      `**${args.incident}** 国标等级 ${gradeLabel[filed.grade]}：${plain(filed.why.join('；'), 200)}。${next}。请另一位高级专家核定：核定 ${args.incident} 等级 理由`,
    )
  },
})
