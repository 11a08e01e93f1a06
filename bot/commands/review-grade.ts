// `核定`: the senior expert's word on the national grade, up or down, with the reason.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { gradeLabel } from '../../core/regulatory/grade.js'
import { readGrade } from '../../core/regulatory/read-facts.js'
import { clock } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '核定 IN-uni-261124-001 较大 主页被篡改超过半小时'

export const reviewGrade = defineCommand({
  name: '核定',
  aliases: ['核定等级'],
  capability: 'review-grade',
  risk: 'write',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '核定国标等级（特别重大、重大、较大、一般）并写明理由', examples: [EXAMPLE] },
  args: z.object({ incident: z.string(), text: z.string().max(500).optional() }),
  async run({ args, actor, tenant, core }) {
    const grade = readGrade(args.text ?? '')
    if (grade === undefined) throw new AppError('ARGUMENT_MISSING', { what: '等级（特别重大、重大、较大、一般）', example: EXAMPLE })
    const reviewed = await core.regulatory.review(actor, tenant.id, args.incident, grade, args.text ?? '')
    const due = reviewed.dueAt === null ? '' : `，上报倒计时至 ${clock(reviewed.dueAt, tenant.timeZone)}`
    return say(`**${args.incident}** 已核定为 ${gradeLabel[grade]}${due}。`)
  },
})
