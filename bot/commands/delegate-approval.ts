// `委托`: an approver who is away lets a colleague decide until a day.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { instant } from '../../core/ports/clock.js'
import { localDay } from '../../core/tenants/local-time.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'
import { namedPerson } from '../runtime/named-person.js'

const EXAMPLE = '委托 周老师 到 12月5日'

export const delegateApproval = defineCommand({
  name: '委托',
  aliases: ['代批'],
  capability: 'delegate',
  risk: 'write',
  rooms: ['butler', 'single'],
  help: { group: '设置', summary: '外出时委托同事代为审批，到期自动收回', examples: [EXAMPLE] },
  args: z.object({ day: z.string().optional(), text: z.string().max(200).optional() }),
  async run({ args, actor, tenant, core, now }) {
    const text = args.text ?? ''
    // A month and a day without a year mean the next one to come: an end lies ahead.
    const day =
      args.day !== undefined && args.day < localDay(instant(now), tenant.timeZone) && !/\d{4}/.test(text) ? nextYear(args.day) : args.day
    if (day === undefined) throw new AppError('ARGUMENT_MISSING', { what: '结束日期', example: EXAMPLE })
    const people = (await core.directory.people(tenant.id)).filter(person => person.userId !== actor.userId)
    const named = namedPerson(text, people, { what: '被委托的人（本单位登记过的姓名）', example: EXAMPLE })
    const { person } = await core.delegations.delegate(actor, tenant.id, named.userId, day)
    return say(`已委托 ${plain(person.name, 30)} 代为审批，至 ${day}（含）。提前收回请说“收回委托”。`)
  },
})

function nextYear(day: string): string {
  return `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`
}
