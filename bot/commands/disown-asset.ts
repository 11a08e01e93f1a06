// `不认识`: nobody here knows a machine that was seen: it is a shadow asset, and an analyst looks into it.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { shortName } from '../../core/assets/find-assets.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

export const disownAsset = defineCommand({
  name: '不认识',
  aliases: ['不是我们的资产'],
  capability: 'keep-assets',
  risk: 'write',
  help: { group: '资产', summary: '这台资产不是我们的或没人认识，请分析师来查', examples: ['不认识 10.1.8.77'] },
  args: z.object({ ip: z.string().optional(), asset: z.string().optional() }),
  async run({ args: { ip, asset }, actor, tenant, core }) {
    if (ip === undefined && asset === undefined) throw new AppError('ARGUMENT_MISSING', { what: '资产地址', example: '不认识 10.1.8.77' })
    const found = await core.assets.disown(actor, tenant.id, ip === undefined ? { word: asset } : { ip })
    return say(`**${plain(shortName(found), 60)}** 已转影子资产，分析师去查它接在哪里、谁在用，有结论在这里回复。`)
  },
})
