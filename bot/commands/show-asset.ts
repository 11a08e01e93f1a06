// `资产`: one asset on one screen, a list of those a word fits, the register as a workbook, or how many there are.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { assetStatusLabel, assetStatuses } from '../../core/assets/asset.js'
import { localDay } from '../../core/tenants/local-time.js'
import { assetCard, assetLine } from '../cards/asset-cards.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const SHOWN = 8
const FILLER =
  /在?哪[台个些]?(?:机器?|主机|服务器)?(?:上)?|是什么|什么|信息|台账|资产|一共|有?多少台?|列表|清单|名下|有哪些|的|是|查|看|给我|谁|负责|责任人|[？?。，,\s]/g

export const showAsset = defineCommand({
  name: '资产',
  aliases: ['台账', '资产台账', 'asset'],
  // 资产收敛, 资产变更 are about something else.
  calledWith: after => !/^(?:导入|变更)/.test(after),
  says: [/在哪[台个](?:机器?|主机|服务器)上?|是(?:什么|谁的)(?:机器|主机|服务器|设备)/],
  capability: 'see-assets',
  risk: 'read',
  help: {
    group: '资产',
    summary: '查资产台账：地址、名称、业务或责任人；不带条件看总数，“资产 导出”给出台账文件',
    examples: ['资产 10.1.8.77', '资产 OA', '资产 导出', '资产'],
  },
  args: z.object({
    ip: z.string().optional(),
    asset: z.string().optional(),
    format: z.string().optional(),
    text: z.string().max(200).optional(),
  }),
  async run({ args, tenant, core, now }) {
    const { ip, asset, format, text = '' } = args
    if (/导出|下载/.test(text) || format === 'xlsx') {
      const base64 = (await core.assetImport.export(tenant.id)).toString('base64')
      const name = `资产台账-${tenant.code}-${localDay(new Date(now).toISOString(), tenant.timeZone)}.xlsx`
      return {
        answers: [
          ...say(`资产台账见文件；改好后单聊发给我再说“导入资产”可以导回来。`).answers!,
          { message: { kind: 'file', file: { name, base64 } } },
        ],
      }
    }
    const bare = text.replaceAll(FILLER, '')
    const words = [asset, bare].filter((word): word is string => word !== undefined && word !== '')
    if (ip === undefined && words.length === 0) {
      const counts = await core.assets.counts(tenant.id)
      const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
      if (total === 0) return say('台账里还没有资产。单聊把资产表发给我并说“导入资产”，或安排一次“巡检”。')
      return say(
        [
          `**资产台账** 共 ${total} 台：${assetStatuses
            .filter(status => counts[status] > 0)
            .map(status => `${assetStatusLabel[status]} ${counts[status]}`)
            .join('、')}`,
          '查一台：“资产 10.1.8.77”或“资产 OA”；“新资产”看最近新增，“影子资产”看没人认领的，“资产 导出”给文件。',
        ].join('\n'),
      )
    }
    let found = ip === undefined ? [] : await core.assets.find(tenant.id, { ip })
    for (const word of ip === undefined ? words : []) if (found.length === 0) found = await core.assets.find(tenant.id, { word })
    const [only, another] = found
    if (!only) throw new AppError('NOT_FOUND', { what: `资产 ${(ip ?? words[0] ?? '').slice(0, 60)}` })
    if (another)
      return say(
        [
          `**找到 ${found.length} 台**`,
          ...found.slice(0, SHOWN).map(row => assetLine(row, tenant.timeZone)),
          ...(found.length > SHOWN ? [`……请用地址或更具体的名称：“资产 ${plain(found[SHOWN]?.address ?? '', 45)}”`] : []),
        ].join('\n'),
      )
    const { card, commands } = assetCard(await core.assets.view(only), tenant)
    return { answers: [{ message: { kind: 'card', card }, commands }] }
  },
})
