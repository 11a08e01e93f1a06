// `影子资产`: what was seen and nobody has claimed within a day.
import { z } from 'zod'
import { assetLine } from '../cards/asset-cards.js'
import { defineCommand, say } from '../runtime/command.js'

const SHOWN = 9

export const shadowAssets = defineCommand({
  name: '影子资产',
  aliases: ['无主资产'],
  capability: 'see-assets',
  risk: 'read',
  help: { group: '资产', summary: '测绘发现、24 小时内没人认领的资产', examples: ['影子资产'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const rows = await core.assets.list(tenant.id, ['shadow'])
    const waiting = await core.assets.list(tenant.id, ['unclaimed'])
    const soon = waiting.length > 0 ? `另有 ${waiting.length} 台待认领，未满 24 小时。` : ''
    if (rows.length === 0) return say(`没有影子资产。${soon}`)
    return say(
      [
        `**影子资产** ${rows.length} 台。${soon}`,
        ...rows.slice(0, SHOWN).map(asset => assetLine(asset, tenant.timeZone)),
        ...(rows.length > SHOWN ? ['……其余见“资产 导出”'] : []),
        '是您的请回复“认领 地址 责任人”。',
      ].join('\n'),
    )
  },
})
