// `授权书`: what a letter allows, where and until when.
import { z } from 'zod'
import { letterProblem, ServiceOrderDetails } from '../../core/cases/service-order.js'
import { instant } from '../../core/ports/clock.js'
import { localTime } from '../../core/tenants/local-time.js'
import { letterWords } from '../cards/case-cards.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const MOST = 6

export const showLetter = defineCommand({
  name: '授权书',
  aliases: [],
  capability: 'see-cases',
  risk: 'read',
  help: { group: '服务单', summary: '授权书的范围、期限与是否有效', examples: ['授权书', '授权书 SO-uni-261124-001'] },
  args: z.object({ case: z.string().optional() }),
  async run({ args, tenant, core, now }) {
    const at = instant(now)
    const { orders, letters } = await core.transactions.read(async t => ({
      orders: await t.cases.find(
        tenant.id,
        { kind: 'service_order', ...(args.case === undefined ? {} : { number: args.case }) },
        { order: { createdAt: 'desc' }, limit: 50 },
      ),
      letters: await t.letters.find(tenant.id, {}, { order: { validTo: 'desc' }, limit: MOST }),
    }))
    const signed = orders.flatMap(row => {
      const { letter, service } = ServiceOrderDetails.parse(row.details)
      if (!letter) return []
      const problem = letterProblem(letter, at, localTime(at, tenant.timeZone))
      return [`· ${letter.number}（${plain(service, 20)}，${row.number}）${problem ?? '有效'}；${letterWords(letter, tenant)}`]
    })
    const declared =
      args.case === undefined
        ? letters.map(
            letter =>
              `· ${letter.number} ${letter.validTo > at ? '有效' : '已过期'}；目标：${letter.targets.slice(0, 4).join('、')}；期限：至 ${clock(letter.validTo, tenant.timeZone)}；时段：${letter.window ?? '全天'}`,
          )
        : []
    const lines = [...signed.slice(0, MOST), ...declared]
    return say(lines.length === 0 ? '还没有授权书；申请服务并界定范围后生成。' : ['**授权书**', ...lines].join('\n'))
  },
})
