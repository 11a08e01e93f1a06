// `上报草稿`: the draft of the report to the authorities, with every field the law names; never in a customer's group.
import { z } from 'zod'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const draftRegulatory = defineCommand({
  name: '上报草稿',
  aliases: [],
  capability: 'see-regulatory',
  risk: 'read',
  rooms: ['ops', 'expert', 'single'],
  help: { group: '研判', summary: '法定上报的草稿与时限（客户主管请单聊）', examples: ['上报草稿 IN-uni-261124-001'] },
  args: z.object({ incident: z.string() }),
  async run({ args, actor, tenant, core }) {
    const { regulatory, draft, state } = await core.regulatory.look(actor, tenant.id, args.incident)
    const due = regulatory.dueAt === null ? '未启动倒计时' : `最迟 ${clock(regulatory.dueAt, tenant.timeZone)}`
    const lines = draft.split('\n').map(line => plain(line, 400))
    return say([`**${args.incident} 上报草稿**（${due}；${state}）`, ...lines].join('\n'))
  },
})
