// `认领`: an analyst takes a new incident; a customer says whose an asset is. An incident's number means the incident, an address or a name the asset.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { shortName } from '../../core/assets/find-assets.js'
import { may } from '../../core/tenants/roles.js'
import { defineCommand, say } from '../runtime/command.js'
import { plain } from '../cards/format.js'
import { triageUpdate } from '../cards/incident-cards.js'
import { incidentView } from '../push/views.js'

export const claim = defineCommand({
  name: '认领',
  aliases: ['接警', '受理', 'claim'],
  says: [
    /我来(?:处理|看看?|跟|接|负责)|我(?:来)?(?:接了|认领|接手)|(?:交|给)我(?:来)?(?:处理|跟)/,
    text => /\d{1,3}(?:\.\d{1,3}){3}/.test(text) && /(?:是|归|属于)(?:我|咱)们?(?:的|管|科室|部门|负责|这边)/.test(text),
  ],
  capability: 'claim',
  risk: 'write',
  // Where an asset is named it is not the incident that happens to be the only one.
  picks: { incident: ['new'], when: ({ asset }, atHome) => !atHome && asset === undefined },
  help: {
    group: '资产',
    summary: '认领一台资产（可写责任人）；分析师认领一个新事件',
    examples: ['认领 10.1.8.77 李工', '认领 IN-uni-261124-001', '认领 财务服务器'],
  },
  args: z
    .object({
      incident: z.string().optional(),
      ip: z.string().optional(),
      asset: z.string().optional(),
      text: z.string().max(200).optional(),
    })
    .refine(({ incident, ip, asset, text }) => (incident ?? ip ?? asset ?? text) !== undefined, { path: ['incident'] }),
  argumentNames: { incident: '事件单号或资产（地址或名称）' },
  async run({ args, actor, tenant, core, place }) {
    const { incident, ip, asset, text } = args
    // What analysts do among themselves is not done before the customer.
    if (incident !== undefined && place.room === 'butler') throw new AppError('NOT_ALLOWED', { who: '运营群或专家群或单聊里的人员' })
    if (incident !== undefined && may(actor.role, 'claim-and-judge')) {
      await core.tickets.claim(actor, tenant.id, incident)
      const view = await core.transactions.read(t => incidentView(t, tenant.id, { number: incident }))
      const said = `**${incident}** ${plain(actor.name, 30)} 已认领。下一步：看“为什么 ${incident}”，或直接“封禁 ${view.incident.attackers[0]?.ip ?? '地址'} 12h”。`
      return { answers: [{ message: { kind: 'markdown', text: said } }], update: triageUpdate(view) }
    }
    if (incident !== undefined) throw new AppError('NOT_ALLOWED', { who: '分析师或高级专家', number: incident })
    // A name that is no machine's word is the first word of what was said.
    const [first = '', ...rest] = (text ?? '').split(/[\s，,]+/)
    const named = ip ?? asset
    const word = named === undefined ? first : asset
    const person = named === undefined ? rest.join(' ') : (text ?? '').replace(asset ?? '', ' ')
    const claimed = await core.assets.claim(actor, tenant.id, ip === undefined ? { word } : { ip }, person)
    return say(`**${plain(shortName(claimed), 60)}** 已登记责任人：${plain(claimed.ownerName, 20)}。之后这台机器的漏洞和告警会先找他。`)
  },
})
