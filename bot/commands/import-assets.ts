// `导入资产`: takes the newest table somebody sent alone into the register, row by row; who did not send one hears how.
import { z } from 'zod'
import { plain } from '../cards/format.js'
import { defineCommand, say, type Answer } from '../runtime/command.js'

const SHOWN = 5

export const importAssets = defineCommand({
  name: '导入资产',
  aliases: ['导入台账'],
  capability: 'keep-assets',
  risk: 'write',
  harmless: true,
  help: { group: '资产', summary: '单聊把资产表（XLSX 或 CSV）发给我，再说这句；逐行给出结果', examples: ['导入资产'] },
  args: z.object({}),
  async run({ actor, tenant, core, place }) {
    const upload = await core.uploads.newest(actor, ['xlsx', 'text'])
    if (!upload)
      return say(
        `${place.chatType === 'group' ? '请点我的头像进单聊，' : '请'}先把资产表（XLSX 或 CSV，要有“IP地址”一列，可有 资产名称、业务系统、责任人、位置、机密性、完整性、可用性 等）发给我，再回复“导入资产”。`,
      )
    const summary = await core.assetImport.import(tenant.id, actor.userId, { name: upload.name, bytes: await core.uploads.bytes(upload) })
    const { created, updated, unchanged, refused, rows } = summary
    const noted = rows.filter(({ note }) => note !== '')
    const text = [
      `**导入资产** ${plain(upload.name, 60)}：新增 ${created}，更新 ${updated}，无变化 ${unchanged}，未导入 ${refused}`,
      `识别的列：${plain(Object.values(summary.columns).join('、'), 200)}`,
      ...noted.slice(0, SHOWN).map(({ line, asset, note }) => `· 第 ${line} 行 ${plain(asset, 40)} ${plain(note, 80)}`),
      ...(noted.length > SHOWN ? [`……共 ${noted.length} 行有说明，见文件`] : []),
    ].join('\n')
    const answers: Answer[] = [{ message: { kind: 'markdown', text } }]
    if (noted.length > SHOWN) {
      const base64 = (await core.assetImport.verdictTable(summary)).toString('base64')
      answers.push({ message: { kind: 'file', file: { name: '资产导入结果.xlsx', base64 } } })
    }
    return { answers }
  },
})
